using System.Collections.Concurrent;

namespace ControlPlane.Functions.Signals;

/// <summary>All sources that policies ask, each asked once for all of them. What nobody has asked for in an hour is forgotten.</summary>
internal sealed class SourceBook(SourceClient client, TimeProvider time, ILogger<SourceBook> log)
{
    /// <summary>As long as the oldest value that a policy can count.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<Source, SourceWatch> _watches = new();

    /// <summary>The source's memory.</summary>
    public SourceWatch Watch(Source source)
    {
        if (_watches.TryGetValue(source, out var known))
            return known;
        foreach (var (unused, _) in _watches.Where(pair => pair.Value.UnaskedFor > KeptFor))
            _watches.TryRemove(unused, out _);
        return _watches.GetOrAdd(source, new SourceWatch(source, client, time, log));
    }
}
