using ControlPlane.Core.Backends;

namespace ControlPlane.Functions.Router.Outcomes;

/// <summary>
/// The outcomes of each side of the groups that were ever upgraded. What an instance has done stays in the count when it
/// leaves, as long as the group has that side.
/// </summary>
internal sealed class OutcomeBook
{
    private readonly Dispatcher _dispatcher;
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Tag, long Epoch), HashSet<OutcomeCount>> _bySide = [];

    public OutcomeBook(Dispatcher dispatcher)
    {
        _dispatcher = dispatcher;
        dispatcher.TableChanged += Use;
        Use();
    }

    /// <summary>What the instances of a monitor that were made for an epoch have done, as this router knows it.</summary>
    public OutcomeSnapshot Read(string tag, long epoch)
    {
        var counts = _dispatcher.Table.All.Where(destination => IsOf(destination.Backend, tag, epoch)).Select(destination => destination.Outcomes).ToHashSet();
        lock (_gate)
            counts.UnionWith(_bySide.GetValueOrDefault((tag, epoch)) ?? []);
        return counts.Aggregate(OutcomeSnapshot.Empty, (sum, count) => sum + count.Read());
    }

    /// <summary>Both sides of each group that is being upgraded.</summary>
    public IReadOnlyList<SideReport> ReadChanging() =>
    [
        .. _dispatcher.Table.Groups.Where(group => group.Upgrade is not null).SelectMany(group =>
            new[] { group.Blue, group.Green }.OfType<Core.Groups.Side>().Select(side => new SideReport(group.Tag, side.Epoch, Read(group.Tag, side.Epoch)))),
    ];

    private void Use()
    {
        var table = _dispatcher.Table;
        var sides = table.Groups
            .SelectMany(group => new[] { group.Blue, group.Green }.OfType<Core.Groups.Side>().Select(side => (group.Tag, side.Epoch)))
            .ToHashSet();
        lock (_gate)
        {
            foreach (var gone in _bySide.Keys.Where(side => !sides.Contains(side)).ToList())
                _bySide.Remove(gone);
            foreach (var side in sides)
            {
                _bySide.TryAdd(side, []);
                foreach (var destination in table.All.Where(destination => IsOf(destination.Backend, side.Tag, side.Epoch)))
                    _bySide[side].Add(destination.Outcomes);
            }
        }
    }

    private static bool IsOf(Backend backend, string tag, long epoch) =>
        backend.Monitor is not null && backend.Epoch == epoch && backend.Tags.Contains(tag);
}
