using System.Collections.Concurrent;
using System.Collections.Frozen;
using ControlPlane.Core.Backends;

namespace ControlPlane.Functions.Router;

/// <summary>
/// Who can take a request for which tags. Immutable, swapped whole when the registry changes; read without a lock.
/// </summary>
internal sealed class RoutingTable
{
    /// <summary>A bound on remembered tag combinations; callers write them.</summary>
    private const int MaxRemembered = 4096;

    /// <summary>Longer lists are rare and would fill the memory.</summary>
    private const int MaxRememberedLength = 256;

    private readonly FrozenDictionary<string, Destination[]> _byTag;
    private readonly FrozenSet<string> _monitored;
    private readonly ConcurrentDictionary<string, Candidates> _byList = new(StringComparer.Ordinal);
    private int _remembered;

    public RoutingTable(IEnumerable<Destination> destinations, IEnumerable<string> monitoredTags)
    {
        All = [.. destinations];
        _monitored = monitoredTags.ToFrozenSet(StringComparer.Ordinal);
        _byTag = All
            .SelectMany(destination => destination.Backend.Tags.Select(tag => (tag, destination)))
            .GroupBy(pair => pair.tag, pair => pair.destination, StringComparer.Ordinal)
            .ToFrozenDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);
    }

    public static RoutingTable Empty { get; } = new([], []);

    public Destination[] All { get; }

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
            0 => All,
            1 => _byTag.GetValueOrDefault(tags[0]) ?? [],
            _ => [.. tags.SelectMany(tag => _byTag.GetValueOrDefault(tag) ?? []).Distinct()],
        };
        return new Candidates(
            tags,
            string.Join(',', tags.Where(tag => _byTag.ContainsKey(tag) || _monitored.Contains(tag)).Distinct().Order(StringComparer.Ordinal)),
            [.. members.Where(destination => destination.Backend.State == BackendState.Ready)],
            members,
            tags.Any(_monitored.Contains));
    }
}
