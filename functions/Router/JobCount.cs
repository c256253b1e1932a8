namespace ControlPlane.Functions.Router;

/// <summary>Counts the jobs in flight to one backend.</summary>
internal sealed class JobCount
{
    private int _now;

    public int Now => Volatile.Read(ref _now);

    /// <summary>Counts one more, if there are still as many as were seen.</summary>
    public bool TryIncrement(int seen) => Interlocked.CompareExchange(ref _now, seen + 1, seen) == seen;

    public void Decrement() => Interlocked.Decrement(ref _now);
}
