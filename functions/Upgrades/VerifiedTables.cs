using System.Collections.Concurrent;

namespace ControlPlane.Functions.Upgrades;

/// <summary>
/// Tables that were found equal while the copy followed, with the counts of writes to original and copy from before. Kept
/// in memory only: after a restart everything is compared again, which takes longer and proves as much.
/// </summary>
internal sealed class VerifiedTables
{
    private static readonly Dictionary<string, long> NobodyCounts = [];

    private readonly ConcurrentDictionary<string, Known> _known = new(StringComparer.Ordinal);

    /// <summary>The counts of now.</summary>
    public static async Task<Counts> CountAsync(Scene scene, CancellationToken cancellation) => new(
        await scene.Server.CountWritesAsync(scene.FromDatabase, cancellation) ?? NobodyCounts,
        await scene.Server.CountWritesAsync(scene.ToDatabase, cancellation) ?? NobodyCounts);

    public void Remember(Scene scene, Counts before, IReadOnlyList<string> equal) => _known[scene.Upgrade.Name] = new(before, equal);

    public void Forget(string upgrade) => _known.TryRemove(upgrade, out _);

    /// <summary>Those of them that nobody has written to since, on either side.</summary>
    public async Task<IReadOnlyCollection<string>> StillEqualAsync(Scene scene, CancellationToken cancellation)
    {
        if (!_known.TryGetValue(scene.Upgrade.Name, out var known))
            return [];
        var now = await CountAsync(scene, cancellation);
        return [.. known.Equal.Where(table => IsSame(known.Before.Original, now.Original, table) && IsSame(known.Before.Copy, now.Copy, table))];
    }

    /// <summary>A count of nothing proves nothing: a server that was killed begins to count anew.</summary>
    private static bool IsSame(IReadOnlyDictionary<string, long> before, IReadOnlyDictionary<string, long> now, string table) =>
        before.TryGetValue(table, out var then) && then > 0 && now.TryGetValue(table, out var count) && count == then;

    /// <summary>Writes to each table of both.</summary>
    internal sealed record Counts(IReadOnlyDictionary<string, long> Original, IReadOnlyDictionary<string, long> Copy);

    private sealed record Known(Counts Before, IReadOnlyList<string> Equal);
}
