using System.Collections.Concurrent;

namespace ControlPlane.EndToEnd.Machine;

/// <summary>Counts a site's engine processes all the time, from /proc.</summary>
internal sealed class Census : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly string _owner;
    private readonly ManualResetEventSlim _end = new();
    private readonly ConcurrentDictionary<string, int> _most = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _processes = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<string> _doubled = [];
    private readonly Thread _counting;

    private Census(string owner)
    {
        _owner = owner;
        _counting = new Thread(Count) { IsBackground = true };
        _counting.Start();
    }

    /// <summary>The most processes that a group had at one moment.</summary>
    public int MostOf(string tag) => _most.GetValueOrDefault(tag);

    /// <summary>Every instance that ever ran.</summary>
    public IReadOnlyCollection<string> Instances => [.. _processes.Keys];

    /// <summary>Instances that ran as more than one process, at once or one after the other.</summary>
    public IReadOnlyCollection<string> Doubled => _doubled;

    public static Census Of(Site site) => new(site.State.Owner);

    public void Dispose()
    {
        _end.Set();
        _counting.Join();
        _end.Dispose();
    }

    private void Count()
    {
        do
        {
            var engines = ProcessTable.EnginesOf(_owner);
            foreach (var group in engines.GroupBy(engine => engine.Instance[..engine.Instance.LastIndexOf('-')]))
                _most.AddOrUpdate(group.Key, group.Count(), (_, most) => Math.Max(most, group.Count()));
            foreach (var engine in engines)
            {
                var known = _processes.GetOrAdd(engine.Instance, engine.Reference);
                if (known != engine.Reference)
                    _doubled.Add($"{engine.Instance} ran as {known} and as {engine.Reference}");
            }
        }
        while (!_end.Wait(Pause));
    }
}
