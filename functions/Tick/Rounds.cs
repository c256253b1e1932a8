using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Registry;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Tick;

/// <summary>
/// When the reconciler runs. It reads every row, so at a tick at which nothing has changed since it last found everything
/// in order, it is left out for a time that grows with the number of groups, up to a minute. What is remembered for that
/// is a hint only: a process that has just started begins with a whole round.
/// </summary>
internal sealed class Rounds(Reconciler reconciler, Registry<Monitor> monitors, GroupStore groups, TimeProvider time)
{
    private static readonly TimeSpan RestForEachGroup = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(1);

    private (string? Monitors, long Instances)? _inOrder;
    private DateTimeOffset _next;

    public async Task RunAsync(CancellationToken cancellation)
    {
        // Noted before the round, so that what changes meanwhile leads to another.
        var seen = (await monitors.VersionAsync(cancellation), groups.InstanceChanges);
        if (seen == _inOrder && time.GetUtcNow() < _next)
            return;
        _inOrder = null;
        var round = await reconciler.RunAsync(cancellation);
        var rest = round.Monitors * RestForEachGroup;
        _next = time.GetUtcNow() + (rest < LongestRest ? rest : LongestRest);
        if (round.IsInOrder)
            _inOrder = seen;
    }
}
