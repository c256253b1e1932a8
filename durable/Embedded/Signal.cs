using System.Threading.Channels;

namespace ControlPlane.Durable.Embedded;

/// <summary>Wakes one waiter. Several calls before it waits count as one.</summary>
internal sealed class Signal(TimeProvider time)
{
    private readonly Channel<bool> _set = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Set() => _set.Writer.TryWrite(true);

    /// <summary>Waits until it is set, or for a time span.</summary>
    public async Task WaitAsync(TimeSpan longest, CancellationToken cancellation)
    {
        await using var alarm = time.CreateTimer(static state => ((Signal)state!).Set(), this, longest, Timeout.InfiniteTimeSpan);
        await _set.Reader.ReadAsync(cancellation);
    }
}
