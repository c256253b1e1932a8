using System.Collections.Concurrent;
using System.Collections.Frozen;
using ControlPlane.Core.Backends;
using ControlPlane.Core.Groups;
using ControlPlane.Core.Routing;

namespace ControlPlane.Functions.Router;

/// <summary>
/// Who can take a request for which tags. Immutable, swapped whole when the registry changes; read without a lock.
/// </summary>
/// <remarks>
/// An instance of a monitor is a member of its group only while the group serves the epoch that it was made for. Those of
/// the group's other side are reached by <see cref="PreviewTag"/>, and those of any other epoch not at all.
/// </remarks>
internal sealed class RoutingTable
{
    /// <summary>A bound on remembered tag combinations; callers write them.</summary>
    private const int MaxRemembered = 4096;

    /// <summary>Longer lists are rare and would fill the memory.</summary>
    private const int MaxRememberedLength = 256;

    private readonly Destination[] _serving;
    private readonly FrozenDictionary<string, Destination[]> _byTag;
    private readonly FrozenDictionary<string, Group> _groups;
    private readonly FrozenSet<string> _monitored;
    private readonly ConcurrentDictionary<string, Candidates> _byList = new(StringComparer.Ordinal);
    private int _remembered;

    public RoutingTable(IEnumerable<Destination> destinations, IEnumerable<string> monitoredTags, IEnumerable<Group>? groups = null)
    {
        All = [.. destinations];
        _monitored = monitoredTags.ToFrozenSet(StringComparer.Ordinal);
        _groups = (groups ?? []).ToFrozenDictionary(group => group.Tag, StringComparer.Ordinal);
        Changing = [.. _groups.Values.Where(group => group.Gate != Gate.Open || group.Upgrade is not null)];
        _serving = [.. All.Where(destination => destination.Backend.Tags.Any(tag => Serves(destination.Backend, tag)))];
        _byTag = All
            .SelectMany(destination => destination.Backend.Tags.Select(tag => (Tag: LeadingTag(destination.Backend, tag), Destination: destination)))
            .Where(pair => pair.Tag is not null)
            .GroupBy(pair => pair.Tag!, pair => pair.Destination, StringComparer.Ordinal)
            .ToFrozenDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);
    }

    public static RoutingTable Empty { get; } = new([], []);

    /// <summary>Every backend, whether it serves or not.</summary>
    public Destination[] All { get; }

    /// <summary>The groups that were ever upgraded.</summary>
    public IReadOnlyList<Group> Groups => _groups.Values;

    /// <summary>Those of them that are being upgraded or whose gate is not open.</summary>
    public IReadOnlyList<Group> Changing { get; }

    /// <summary>The group of a tag, whether it was ever upgraded or not.</summary>
    public Group GroupOf(string tag) => _groups.GetValueOrDefault(tag) ?? Group.First(tag);

    /// <summary>
    /// The backends that carry any of the tags of a comma list, as the peer matches them. Empty elements do not count;
    /// a list without any stands for all backends.
    /// </summary>
    public Candidates Resolve(string tagList)
    {
        if (_byList.TryGetValue(tagList, out var known))
            return known;
        var found = Find(tagList);
        if (tagList.Length <= MaxRememberedLength && Interlocked.Increment(ref _remembered) <= MaxRemembered)
            _byList.TryAdd(tagList, found);
        return found;
    }

    /// <summary>One backend by name.</summary>
    public Destination? Find(string name, string url) =>
        All.FirstOrDefault(destination => destination.Name == name && destination.Url == url);

    private Candidates Find(string tagList)
    {
        var tags = tagList.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var members = tags.Length switch
        {
            0 => _serving,
            1 => _byTag.GetValueOrDefault(tags[0]) ?? [],
            _ => [.. tags.SelectMany(tag => _byTag.GetValueOrDefault(tag) ?? []).Distinct()],
        };
        return new Candidates(
            tags,
            string.Join(',', tags.Where(tag => _byTag.ContainsKey(tag) || _monitored.Contains(tag)).Distinct().Order(StringComparer.Ordinal)),
            [.. members.Where(destination => destination.Backend.State == BackendState.Ready)],
            members,
            tags.Any(_monitored.Contains))
        {
            Changing = [.. Changing.Where(group => tags.Contains(group.Tag) || members.Any(member => Serves(member.Backend, group.Tag)))],
        };
    }

    private bool Serves(Backend backend, string tag) =>
        backend.Tags.Contains(tag) && (backend.Monitor is null || GroupOf(tag).Serves(backend.Epoch));

    /// <summary>Under which tag a backend is reached because of one that it carries; null when it is not.</summary>
    private string? LeadingTag(Backend backend, string tag) =>
        Serves(backend, tag) ? tag
        : GroupOf(tag).IdleSide?.Epoch == backend.Epoch ? PreviewTag.Of(tag)
        : null;
}
