using ControlPlane.Core.Groups;

namespace ControlPlane.Functions.Router.Holding;

/// <summary>What each group has held since its gate closed last. For one caller at a time.</summary>
internal sealed class HoldTally
{
    private readonly Dictionary<string, HoldCount> _byTag = new(StringComparer.Ordinal);
    private readonly HashSet<string> _closed = new(StringComparer.Ordinal);

    /// <summary>Begins anew for each group whose gate has closed, and forgets those that are gone.</summary>
    public void Use(IReadOnlyList<Group> groups)
    {
        foreach (var group in groups)
        {
            if (group.Gate == Gate.Open)
                _closed.Remove(group.Tag);
            else if (_closed.Add(group.Tag))
                _byTag[group.Tag] = HoldCount.None with { Now = Of(group.Tag).Now };
        }

        var tags = groups.Select(group => group.Tag).ToHashSet(StringComparer.Ordinal);
        _closed.IntersectWith(tags);
        foreach (var gone in _byTag.Where(pair => pair.Value.Now == 0 && !tags.Contains(pair.Key)).ToList())
            _byTag.Remove(gone.Key);
    }

    public HoldCount Of(string tag) => _byTag.GetValueOrDefault(tag, HoldCount.None);

    public void Enter(IReadOnlyList<string> tags) => Change(tags, count => count with { Now = count.Now + 1, Total = count.Total + 1 });

    public void Leave(IReadOnlyList<string> tags, TimeSpan held) =>
        Change(tags, count => count with { Now = count.Now - 1, Longest = held > count.Longest ? held : count.Longest });

    public void Refuse(IReadOnlyList<string> tags) => Change(tags, count => count with { Refused = count.Refused + 1 });

    private void Change(IReadOnlyList<string> tags, Func<HoldCount, HoldCount> change)
    {
        foreach (var tag in tags)
            _byTag[tag] = change(Of(tag));
    }
}
