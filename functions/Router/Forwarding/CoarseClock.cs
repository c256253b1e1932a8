namespace ControlPlane.Functions.Router.Forwarding;

/// <summary>
/// The time as of the last sweep, so that setting a deadline costs one addition. A deadline is set one sweep later than
/// asked, because the time may be one sweep old: it never fires early.
/// </summary>
/// <param name="time">The clock behind it.</param>
/// <param name="sweepInterval">How often <see cref="Advance"/> is called.</param>
internal sealed class CoarseClock(TimeProvider time, TimeSpan sweepInterval)
{
    private long _now = time.GetTimestamp();

    /// <summary>The time of the last sweep, in the clock's own ticks.</summary>
    public long Now => Volatile.Read(ref _now);

    /// <summary>Takes over the time from the clock.</summary>
    public void Advance() => Volatile.Write(ref _now, time.GetTimestamp());

    /// <summary>A time span in the clock's ticks, one sweep added.</summary>
    public long Ticks(TimeSpan span) => (long)((span + sweepInterval).TotalSeconds * time.TimestampFrequency);
}
