namespace ControlPlane.Functions.Router.Holding;

/// <summary>
/// Counts jobs that only read, as they begin and as they end. A job is counted here after it has been counted among all
/// jobs in flight, and ends here before it ends there. So whoever reads <see cref="Begun"/>, then the jobs in flight, then
/// <see cref="Ended"/>, knows of no read that was not among those.
/// </summary>
internal sealed class ReadCount
{
    private long _begun;
    private long _ended;

    public long Begun => Interlocked.Read(ref _begun);

    public long Ended => Interlocked.Read(ref _ended);

    public void Begin() => Interlocked.Increment(ref _begun);

    public void End() => Interlocked.Increment(ref _ended);
}
