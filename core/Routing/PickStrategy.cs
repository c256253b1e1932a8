namespace ControlPlane.Core.Routing;

/// <summary>How a request's backend is chosen.</summary>
public enum PickStrategy
{
    /// <summary>The backend with the fewest jobs in flight relative to its weight. The default.</summary>
    JobNumAware,

    /// <summary>The backend with the most free cores.</summary>
    ResourceAware,

    /// <summary>All backends at once.</summary>
    AllBackends,
}

/// <summary>The names of the strategies as requests give them.</summary>
public static class PickStrategies
{
    private const string Suffix = "Strategy";

    /// <summary>The names as the seed writes them.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Enum.GetNames<PickStrategy>().Select(name => name + Suffix)];

    /// <summary>Finds a strategy by name, with or without <c>Strategy</c> at the end; the default for no name; null for an unknown one.</summary>
    public static PickStrategy? Find(string? name)
    {
        if (string.IsNullOrEmpty(name))
            return PickStrategy.JobNumAware;
        var key = name.EndsWith(Suffix, StringComparison.Ordinal) ? name[..^Suffix.Length] : name;
        return key switch
        {
            nameof(PickStrategy.JobNumAware) => PickStrategy.JobNumAware,
            nameof(PickStrategy.ResourceAware) => PickStrategy.ResourceAware,
            nameof(PickStrategy.AllBackends) => PickStrategy.AllBackends,
            _ => null,
        };
    }
}
