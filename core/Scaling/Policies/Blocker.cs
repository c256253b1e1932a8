namespace ControlPlane.Core.Scaling.Policies;

/// <summary>Something that, while it is true, forbids a change.</summary>
public sealed record Blocker
{
    /// <summary>See <see cref="StaleAfter"/>.</summary>
    public static readonly TimeSpan DefaultStaleAfter = TimeSpan.FromMinutes(1);

    /// <summary>What decisions call it; unique in a policy.</summary>
    public required string Name { get; init; }

    /// <summary>How it is asked: <see cref="SignalKind.PromQl"/> or <see cref="SignalKind.HttpJson"/>; default the former.</summary>
    public SignalKind Kind { get; init; } = SignalKind.PromQl;

    /// <summary>Where it is asked: the address of a Prometheus server, or of a JSON document.</summary>
    public string? Url { get; init; }

    /// <summary>A PromQL expression, or a JSON pointer (RFC 6901). True when the answer is a number other than 0 or <c>true</c>; an empty PromQL answer is false.</summary>
    public required string Query { get; init; }

    /// <summary>What it forbids; default shrinking.</summary>
    public Forbids Forbids { get; init; } = Forbids.Shrinking;

    /// <summary>The age over which an answer does not count, 1 s to 1 h; default 1 min. Without one, shrinking is forbidden.</summary>
    public TimeSpan StaleAfter { get; init => field = value == default ? DefaultStaleAfter : value; } = DefaultStaleAfter;
}

/// <summary>What a blocker forbids.</summary>
public enum Forbids
{
    /// <summary>Taking instances away.</summary>
    Shrinking,

    /// <summary>Any change of their number; what is broken is still replaced, and the minimum is still kept.</summary>
    AnyChange,
}

/// <summary>The last answer to a blocker's query.</summary>
/// <param name="Name">The blocker.</param>
/// <param name="IsTrue">What it said; null when it said nothing.</param>
/// <param name="At">When.</param>
public sealed record BlockerReading(string Name, bool? IsTrue, DateTimeOffset At);
