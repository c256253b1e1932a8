namespace ControlPlane.Functions.Router;

/// <summary>The router's bounds.</summary>
internal sealed record RouterOptions
{
    /// <summary>The most requests that wait for one list of tags, default 10,000. Beyond it they are refused at once.</summary>
    public int QueueLimit { get; init; } = 10_000;

    /// <summary>How long a request waits for a free backend, default 60 s.</summary>
    public TimeSpan QueueDeadline { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The most requests that are held while groups switch from one side to the other, of all groups; default 10,000.</summary>
    public int HoldLimit { get; init; } = 10_000;

    /// <summary>The most bytes of their bodies that may stand in memory meanwhile, default 64 MiB.</summary>
    public long HoldBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>What Retry-After says when a request is refused for want of room.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The longest body that AllBackends sends to everyone, in bytes; default 16 MiB. It has to be held in memory.</summary>
    public int FanOutBodyLimit { get; init; } = 16 * 1024 * 1024;

    /// <summary>The longest answer of one backend that AllBackends merges, in bytes; default 16 MiB.</summary>
    public int FanOutAnswerLimit { get; init; } = 16 * 1024 * 1024;
}
