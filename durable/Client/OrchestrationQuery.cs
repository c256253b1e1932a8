using ControlPlane.Durable.Protocol;

namespace ControlPlane.Durable.Client;

/// <summary>Which instances to read.</summary>
public sealed record OrchestrationQuery
{
    /// <summary>The largest page.</summary>
    public const int MaxPageSize = 1000;

    /// <summary>How their ids begin; any when null.</summary>
    public string? Prefix { get; init; }

    /// <summary>Which statuses; all when empty.</summary>
    public IReadOnlyCollection<OrchestrationStatus> Statuses { get; init; } = [];

    /// <summary>The most instances in the page, 1 to <see cref="MaxPageSize"/>. The default is 100.</summary>
    public int Top { get; init; } = 100;

    /// <summary>Where to go on: the <see cref="OrchestrationPage.Continuation"/> of the page before; the start when null.</summary>
    public string? Continuation { get; init; }
}

/// <summary>Part of an answer.</summary>
/// <param name="Instances">The instances, in ascending order of their ids.</param>
/// <param name="Continuation">Opaque; null when this was the last page.</param>
public sealed record OrchestrationPage(IReadOnlyList<OrchestrationInstance> Instances, string? Continuation);
