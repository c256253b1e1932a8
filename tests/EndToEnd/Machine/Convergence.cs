namespace ControlPlane.EndToEnd.Machine;

/// <summary>
/// Whether a site has exactly what it should: as many instances in each group as the policy asks for, and for each of
/// them one row, one slot, one process, one folder and one backend that serves; and nothing else.
/// </summary>
internal static class Convergence
{
    /// <summary>Waits until nothing is missing or too much.</summary>
    /// <param name="site">Where.</param>
    /// <param name="wanted">How many instances each group should have; groups that are not named should have none.</param>
    /// <param name="context">What happened before, for the failure.</param>
    /// <param name="limitSeconds">How long it may take.</param>
    public static Task ReachAsync(Site site, IReadOnlyDictionary<string, int> wanted, string context = "", double limitSeconds = 90)
    {
        var owner = site.State.Owner;
        return Eventually.NothingMissingAsync(
            () => FindDifferenceAsync(site, owner, wanted),
            limitSeconds,
            async () => $"{context}\n{await ExplainAsync(site, wanted.Keys)}");
    }

    /// <summary>Waits until one group has so many instances and no other has any.</summary>
    public static Task ReachAsync(Site site, string tag, int count, string context = "", double limitSeconds = 90) =>
        ReachAsync(site, new Dictionary<string, int> { [tag] = count }, context, limitSeconds);

    private static async Task<string?> FindDifferenceAsync(Site site, string owner, IReadOnlyDictionary<string, int> wanted)
    {
        var rows = site.State.Read();
        var engines = ProcessTable.EnginesOf(owner);
        var backends = rows.Backends.Where(backend => backend.Monitor is not null).ToList();
        var names = rows.Instances.Select(instance => instance.Name).Order(StringComparer.Ordinal).ToList();

        var differences = new List<string>();
        foreach (var tag in wanted.Keys.Union(rows.Instances.Select(instance => instance.Tag)))
        {
            var count = rows.Instances.Count(instance => instance.Tag == tag);
            if (count != wanted.GetValueOrDefault(tag))
                differences.Add($"{tag} has {count} instances instead of {wanted.GetValueOrDefault(tag)}");
        }

        differences.AddRange(rows.Instances.Where(row => row.Phase != "Running").Select(row => $"{row.Name} is {row.Phase}"));
        differences.AddRange(rows.Monitors.Where(monitor => monitor.IsRemoving).Select(monitor => $"the monitor {monitor.Name} is still there"));
        Compare("processes", engines.Select(engine => engine.Instance));
        Compare("slots", rows.Slots);
        Compare("backends", backends.Select(backend => backend.Name));
        Compare("folders", InstanceFolders(site));
        differences.AddRange(rows.Instances.Select(row => FindMismatch(row, engines, backends)).OfType<string>());
        if (differences.Count == 0)
        {
            differences.AddRange((await Task.WhenAll(backends.Select(backend => AskAsync(site, backend)))).OfType<string>());
            differences.AddRange((await Task.WhenAll(wanted.Select(group => AskRouterAsync(site, group.Key, group.Value)))).OfType<string>());
        }

        return differences.Count == 0 ? null : string.Join("; ", differences);

        void Compare(string what, IEnumerable<string> found)
        {
            var sorted = found.Order(StringComparer.Ordinal).ToList();
            if (!sorted.SequenceEqual(names))
                differences.Add($"{what} of [{string.Join(' ', sorted)}] instead of [{string.Join(' ', names)}]");
        }
    }

    /// <summary>What the control plane says of the last looks at the groups, and its log.</summary>
    private static async Task<string> ExplainAsync(Site site, IEnumerable<string> tags)
    {
        var decisions = new List<string>();
        foreach (var tag in tags)
            decisions.AddRange((await site.Client.ListDecisionsAsync(tag)).TakeLast(30).Select(decision => $"{tag}/{decision.Sequence} {decision.Reason}"));
        return $"{string.Join('\n', decisions)}\n{site.Life.Output}";
    }

    private static IEnumerable<string> InstanceFolders(Site site)
    {
        var folder = new DirectoryInfo(Path.Combine(site.DataFolder, "instances"));
        return folder.Exists ? folder.EnumerateDirectories().Select(instance => instance.Name) : [];
    }

    /// <summary>Row, process and backend must mean the same process at the same address.</summary>
    private static string? FindMismatch(InstanceRow row, List<EngineProcess> engines, List<BackendRow> backends)
    {
        var engine = engines.FirstOrDefault(engine => engine.Instance == row.Name);
        var backend = backends.FirstOrDefault(backend => backend.Name == row.Name);
        var isOne = engine is not null && backend is not null && backend.State == "Ready"
            && row.Handle?.Reference == engine.Reference && row.Handle.Url == engine.Url && backend.Url == engine.Url;
        return isOne ? null : $"{row.Name} has the row {row}, the process {engine} and the backend {backend}";
    }

    /// <summary>What is registered must serve.</summary>
    private static async Task<string?> AskAsync(Site site, BackendRow backend)
    {
        try
        {
            var answer = await site.Client.GetAsync(backend.Url + "/health/readiness");
            return answer.IsWell ? null : $"{backend.Name} answered {answer.Status}";
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            return $"{backend.Name} does not answer: {failure.Message}";
        }
    }

    /// <summary>The router learns of a new backend a moment after it is stored.</summary>
    private static async Task<string?> AskRouterAsync(Site site, string tag, int count)
    {
        var ready = count == 0 ? 0 : await site.Client.CountReadyAsync(tag);
        return ready == count ? null : $"the router knows {ready} ready instances of {tag} instead of {count}";
    }
}
