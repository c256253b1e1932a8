using System.Collections.Concurrent;
using ControlPlane.Core.Databases;

namespace ControlPlane.Functions.Upgrades;

/// <summary>
/// Tables that were found equal while the copy followed, with the counts of writes to original and copy from before. Kept
/// in memory only: after a restart everything is compared again, which takes longer and proves as much.
/// </summary>
internal sealed class VerifiedTables
{
    private readonly ConcurrentDictionary<string, Known> _known = new(StringComparer.Ordinal);

    /// <summary>The counts of now; null when one of the two is not known.</summary>
    public static async Task<Counts?> CountAsync(Scene scene, CancellationToken cancellation)
    {
        var original = scene.Server.CountWritesAsync(scene.FromDatabase, cancellation);
        var copy = scene.Server.CountWritesAsync(scene.ToDatabase, cancellation);
        await Task.WhenAll(original, copy);
        return await original is { } one && await copy is { } other ? new Counts(one, other) : null;
    }

    /// <summary>Notes what was found equal. Nothing is noted without counts from before.</summary>
    public void Remember(Scene scene, Counts? before, IReadOnlyList<string> equal)
    {
        if (before is not null)
            _known[scene.Upgrade.Name] = new(before, equal);
    }

    public void Forget(string upgrade) => _known.TryRemove(upgrade, out _);

    /// <summary>Those of them that nobody has written to since, on either side.</summary>
    public async Task<IReadOnlyCollection<string>> StillEqualAsync(Scene scene, CancellationToken cancellation)
    {
        if (!_known.TryGetValue(scene.Upgrade.Name, out var known) || await CountAsync(scene, cancellation) is not { } now)
            return [];
        return [.. known.Equal.Where(table =>
            now.Original.ShowsNoWriteTo(table, known.Before.Original) && now.Copy.ShowsNoWriteTo(table, known.Before.Copy))];
    }

    /// <summary>Writes to each table of both.</summary>
    internal sealed record Counts(WriteCounts Original, WriteCounts Copy);

    private sealed record Known(Counts Before, IReadOnlyList<string> Equal);
}
