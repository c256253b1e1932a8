namespace ControlPlane.Functions.Router;

/// <summary>
/// How many jobs have ever ended here, by tag. Each is counted for the tags that its backend has when it is collected, so
/// that a backend that leaves takes nothing away, and one that gets a tag brings nothing along. What ends on a backend
/// after it has left the registry is not counted.
/// </summary>
internal sealed class FinishedJobs(Dispatcher dispatcher)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _byTag = new(StringComparer.Ordinal);

    /// <summary>The jobs of one group.</summary>
    public long Of(string tag)
    {
        lock (_gate)
        {
            Collect(dispatcher.Table.Resolve(tag).Members);
            return _byTag.GetValueOrDefault(tag);
        }
    }

    /// <summary>The jobs of all groups that have a backend. One that has had none in between is counted from zero.</summary>
    public IReadOnlyDictionary<string, long> All()
    {
        lock (_gate)
        {
            var members = dispatcher.Table.All;
            Collect(members);
            var tags = members.SelectMany(member => member.Backend.Tags).ToHashSet(StringComparer.Ordinal);
            foreach (var gone in _byTag.Keys.Where(tag => !tags.Contains(tag)).ToList())
                _byTag.Remove(gone);
            return new Dictionary<string, long>(_byTag, StringComparer.Ordinal);
        }
    }

    /// <summary>Counts from zero again.</summary>
    public void Restart()
    {
        lock (_gate)
        {
            Collect(dispatcher.Table.All);
            _byTag.Clear();
        }
    }

    private void Collect(Destination[] members)
    {
        foreach (var member in members)
        {
            if (member.Jobs.TakeEnded() is var more and > 0)
                Add(member, more);
        }
    }

    private void Add(Destination member, long more)
    {
        foreach (var tag in member.Backend.Tags)
            _byTag[tag] = _byTag.GetValueOrDefault(tag) + more;
    }
}
