using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Registry;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Tick;

/// <summary>
/// When the reconciler runs. It reads every row, so at a tick at which nothing has changed since it last found everything
/// in order, it is left out; yet never for longer than a minute, since others may have changed something. What is
/// remembered for that is a hint only: a process that has just started begins with a whole round.
/// </summary>
internal sealed class Rounds(Reconciler reconciler, Registry<Monitor> monitors, GroupStore groups, TimeProvider time)
{
    private static readonly TimeSpan AtLeastEvery = TimeSpan.FromMinutes(1);

    private (string? Monitors, long Instances)? _inOrder;
    private DateTimeOffset _last;

    public async Task RunAsync(CancellationToken cancellation)
    {
        // Noted before the round, so that what changes meanwhile leads to another.
        var seen = (await monitors.VersionAsync(cancellation), groups.InstanceChanges);
        var now = time.GetUtcNow();
        if (seen == _inOrder && now - _last < AtLeastEvery)
            return;
        _inOrder = null;
        if (await reconciler.RunAsync(cancellation))
            _inOrder = seen;
        _last = now;
    }
}
