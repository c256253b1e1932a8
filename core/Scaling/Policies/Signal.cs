namespace ControlPlane.Core.Scaling.Policies;

/// <summary>One thing that a group is measured by.</summary>
public sealed record Signal
{
    /// <summary>See <see cref="StaleAfter"/>.</summary>
    public static readonly TimeSpan DefaultStaleAfter = TimeSpan.FromMinutes(1);

    /// <summary>What decisions call it; unique in a policy.</summary>
    public required string Name { get; init; }

    /// <summary>Where its value comes from.</summary>
    public required SignalKind Kind { get; init; }

    /// <summary>The value to keep, over 0, in the unit of the kind.</summary>
    public required double Target { get; init; }

    /// <summary>The value over which <c>Threshold</c> grows; null means the target.</summary>
    public double? High { get; init; }

    /// <summary>The value under which <c>Threshold</c> shrinks; null means half the target.</summary>
    public double? Low { get; init; }

    /// <summary>The age over which a value does not count, 1 s to 1 h; default 1 min.</summary>
    public TimeSpan StaleAfter { get; init => field = value == default ? DefaultStaleAfter : value; } = DefaultStaleAfter;

    /// <summary>Where to ask: the address of a Prometheus server, or of a JSON document; null for the kinds that come from the group itself.</summary>
    public string? Url { get; init; }

    /// <summary>What to ask there: a PromQL expression, or a JSON pointer (RFC 6901) to the number; null for the other kinds.</summary>
    public string? Query { get; init; }
}

/// <summary>Where a signal comes from, and its unit.</summary>
public enum SignalKind
{
    /// <summary>Running and waiting jobs over instances.</summary>
    JobsPerInstance,

    /// <summary>Seconds that the oldest waiting job has waited; the target is the service level.</summary>
    QueueWait,

    /// <summary>The share of an instance's cores in use, 0 to 1, from <c>/instance/resource</c>.</summary>
    Cpu,

    /// <summary>The share of an instance's memory in use, 0 to 1, from <c>/instance/resource</c>.</summary>
    Memory,

    /// <summary>The value of a PromQL query, in its own unit.</summary>
    PromQl,

    /// <summary>A number at a path of a JSON answer, in its own unit.</summary>
    HttpJson,
}
