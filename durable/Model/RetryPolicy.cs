namespace ControlPlane.Durable.Model;

/// <summary>How often, and after which pauses, a failed activity or sub-orchestration is tried again.</summary>
/// <param name="MaxAttempts">All attempts, the first included; 1 or more.</param>
/// <param name="FirstInterval">The pause after the first failure; more than zero.</param>
/// <param name="Backoff">By how much each pause is longer than the one before; 1 or more. The default 1 keeps them equal.</param>
/// <param name="MaxInterval">The longest pause; one hour when null.</param>
/// <param name="RetryTimeout">No new attempt starts this long after the first; no limit when null.</param>
/// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
public sealed record RetryPolicy(
    int MaxAttempts,
    TimeSpan FirstInterval,
    double Backoff = 1.0,
    TimeSpan? MaxInterval = null,
    TimeSpan? RetryTimeout = null)
{
    private static readonly TimeSpan DefaultMaxInterval = TimeSpan.FromHours(1);

    /// <summary>All attempts, the first included; 1 or more.</summary>
    public int MaxAttempts { get; init; } = MaxAttempts >= 1
        ? MaxAttempts
        : throw new ArgumentOutOfRangeException(nameof(MaxAttempts), MaxAttempts, "At least one attempt is needed.");

    /// <summary>The pause after the first failure; more than zero.</summary>
    public TimeSpan FirstInterval { get; init; } = FirstInterval > TimeSpan.Zero
        ? FirstInterval
        : throw new ArgumentOutOfRangeException(nameof(FirstInterval), FirstInterval, "The first pause must be longer than zero.");

    /// <summary>By how much each pause is longer than the one before; 1 or more.</summary>
    public double Backoff { get; init; } = Backoff >= 1
        ? Backoff
        : throw new ArgumentOutOfRangeException(nameof(Backoff), Backoff, "The backoff must be 1 or more.");

    /// <summary>The pause after a failed attempt: first · backoff^n, at most the longest pause. Source: DTFx RetryInterceptor.</summary>
    /// <param name="attempt">The attempt that failed, counted from 0.</param>
    internal TimeSpan PauseAfter(int attempt)
    {
        var longest = MaxInterval ?? DefaultMaxInterval;
        var ticks = FirstInterval.Ticks * Math.Pow(Backoff, attempt);
        return ticks < longest.Ticks ? TimeSpan.FromTicks((long)ticks) : longest;
    }
}
