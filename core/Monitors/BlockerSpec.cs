using ControlPlane.Core.Problems;
using ControlPlane.Core.Scaling.Policies;

namespace ControlPlane.Core.Monitors;

/// <summary>A <see cref="Blocker"/> as users write it, before any check.</summary>
public sealed record BlockerSpec
{
    /// <summary>See <see cref="Blocker.Name"/>; required, 1 to 64 characters.</summary>
    public string? Name { get; init; }

    /// <summary><c>PromQl</c> or <c>HttpJson</c>; the former when left out.</summary>
    public string? Kind { get; init; }

    /// <summary>See <see cref="Blocker.Url"/>; required.</summary>
    public string? Url { get; init; }

    /// <summary>See <see cref="Blocker.Query"/>; required.</summary>
    public string? Query { get; init; }

    /// <summary>The name of a <see cref="Scaling.Policies.Forbids"/>; <c>Shrinking</c> when left out.</summary>
    public string? Forbids { get; init; }

    /// <summary>See <see cref="Blocker.StaleAfter"/>, in seconds, 1 to 3600; 60 when left out.</summary>
    public double? StaleAfterSeconds { get; init; }

    /// <summary>How a user would write this blocker.</summary>
    public static BlockerSpec From(Blocker blocker) => new()
    {
        Name = blocker.Name,
        Kind = blocker.Kind.ToString(),
        Url = blocker.Url,
        Query = blocker.Query,
        Forbids = blocker.Forbids.ToString(),
        StaleAfterSeconds = blocker.StaleAfter.TotalSeconds,
    };

    internal Blocker Validate(FieldChecks at)
    {
        var name = at.Text("name", Name, PolicySpec.MaxName, "a name for decisions, such as nightly-load");
        var kind = Kind is null ? SignalKind.PromQl : at.OneOf("kind", Kind, SignalKind.PromQl, SignalKind.HttpJson);
        if (kind is { } known)
            QueryRules.Check(at, known, Url, Query);
        var forbids = Forbids is null ? default : at.OneOf("forbids", Forbids, Enum.GetValues<Forbids>());
        return new Blocker
        {
            Name = name,
            Kind = kind ?? default,
            Url = Url,
            Query = Query ?? "",
            Forbids = forbids ?? default,
            StaleAfter = at.Seconds("staleAfterSeconds", StaleAfterSeconds, 1, 3600) ?? Blocker.DefaultStaleAfter,
        };
    }
}
