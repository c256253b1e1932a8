using System.Collections.Concurrent;

namespace ControlPlane.Functions.Upgrades;

/// <summary>
/// Tables that were found equal while the copy followed, with the count of writes to each from before. Kept in memory
/// only: after a restart everything is compared again, which takes longer and proves as much.
/// </summary>
internal sealed class VerifiedTables
{
    private readonly ConcurrentDictionary<string, (IReadOnlyDictionary<string, long> Writes, IReadOnlyList<string> Equal)> _known = new(StringComparer.Ordinal);

    public void Remember(Scene scene, IReadOnlyDictionary<string, long> writes, IReadOnlyList<string> equal) => _known[scene.Upgrade.Name] = (writes, equal);

    public void Forget(string upgrade) => _known.TryRemove(upgrade, out _);

    /// <summary>Those of them that nobody has written to since.</summary>
    public async Task<IReadOnlyCollection<string>> StillEqualAsync(Scene scene, CancellationToken cancellation)
    {
        if (!_known.TryGetValue(scene.Upgrade.Name, out var known))
            return [];
        var writes = await scene.Server.CountWritesAsync(scene.FromDatabase, cancellation);
        return [.. known.Equal.Where(table =>
            known.Writes.TryGetValue(table, out var before) && writes.TryGetValue(table, out var now) && now == before)];
    }
}
