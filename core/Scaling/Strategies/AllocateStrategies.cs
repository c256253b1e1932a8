using System.Collections.Frozen;

namespace ControlPlane.Core.Scaling.Strategies;

/// <summary>All allocate strategies by name: every class here that is one, so that a new one takes a file and nothing else.</summary>
public static class AllocateStrategies
{
    private const string Suffix = "Strategy";

    private static readonly FrozenDictionary<string, IAllocateStrategy> ByName = typeof(IAllocateStrategy).Assembly.GetTypes()
        .Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IAllocateStrategy)))
        .Select(type => (IAllocateStrategy)Activator.CreateInstance(type)!)
        .ToFrozenDictionary(strategy => strategy.Name, StringComparer.Ordinal);

    /// <summary>The names, sorted.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Finds one by name, with or without <c>Strategy</c> at the end: the peer documents one and accepts the other.</summary>
    public static IAllocateStrategy? Find(string? name)
    {
        if (name is null)
            return null;
        var key = name.EndsWith(Suffix, StringComparison.Ordinal) ? name[..^Suffix.Length] : name;
        return ByName.GetValueOrDefault(key);
    }
}
