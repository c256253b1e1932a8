using System.Text.Json;
using ControlPlane.Core.Databases;
using ControlPlane.Functions.Http;

namespace ControlPlane.Functions.Upgrades;

/// <summary>
/// Tables that were found equal while the copy followed, with the counts of writes to original and copy from before. They lie
/// beside the backup, for whichever process goes on. Where they are lost everything is compared again, which takes longer
/// and proves as much.
/// </summary>
internal sealed class VerifiedTables(UpgradeBackups backups)
{
    /// <summary>The counts of now; null when one of the two is not known.</summary>
    public static async Task<WritesOfBoth?> CountAsync(Scene scene, CancellationToken cancellation)
    {
        var original = scene.Server.CountWritesAsync(scene.FromDatabase, cancellation);
        var copy = scene.Server.CountWritesAsync(scene.ToDatabase, cancellation);
        await Task.WhenAll(original, copy);
        return await original is { } one && await copy is { } other ? new WritesOfBoth(one, other) : null;
    }

    /// <summary>Notes what was found equal. Nothing is noted without counts from before.</summary>
    public async Task RememberAsync(Scene scene, WritesOfBoth? before, IReadOnlyList<string> equal, CancellationToken cancellation)
    {
        if (before is null)
            return;
        var text = JsonSerializer.Serialize(new EqualTables(scene.ToDatabase, before, equal), ControlPlaneJson.Default.EqualTables);
        await backups.WriteNotesAsync(scene.Upgrade, text, cancellation);
    }

    public void Forget(Scene scene) => backups.RemoveNotes(scene.Upgrade);

    /// <summary>Those of them that nobody has written to since, on either side.</summary>
    public async Task<IReadOnlyCollection<string>> StillEqualAsync(Scene scene, CancellationToken cancellation)
    {
        if (await ReadAsync(scene, cancellation) is not { } known || await CountAsync(scene, cancellation) is not { } now)
            return [];
        return [.. known.Tables.Where(table =>
            now.Original.ShowsNoWriteTo(table, known.Before.Original) && now.Copy.ShowsNoWriteTo(table, known.Before.Copy))];
    }

    private async Task<EqualTables?> ReadAsync(Scene scene, CancellationToken cancellation)
    {
        if (await backups.ReadNotesAsync(scene.Upgrade, cancellation) is not { } text)
            return null;
        try
        {
            return JsonSerializer.Deserialize(text, ControlPlaneJson.Default.EqualTables) is { } known && known.Copy == scene.ToDatabase ? known : null;
        }
        catch (JsonException)
        {
            // Whatever has become of it, it proves nothing.
            return null;
        }
    }
}

/// <summary>Tables that were equal.</summary>
/// <param name="Copy">The database that was compared with the original.</param>
/// <param name="Before">Writes to both before that.</param>
/// <param name="Tables">The tables' names.</param>
internal sealed record EqualTables(string Copy, WritesOfBoth Before, IReadOnlyList<string> Tables);

/// <summary>Writes to each table of both.</summary>
internal sealed record WritesOfBoth(WriteCounts Original, WriteCounts Copy);
