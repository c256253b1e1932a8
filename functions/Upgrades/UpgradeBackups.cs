using System.Globalization;
using System.Security.Cryptography;
using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades;

/// <summary>Where backups lie: a folder for each upgrade.</summary>
/// <param name="root">The folder of all.</param>
/// <param name="isPassing">Whether the platform may clear it at any time.</param>
internal sealed class UpgradeBackups(string root, bool isPassing = false)
{
    public string Of(Upgrade upgrade) => Path.Combine(root, upgrade.Name);

    /// <summary>Why a backup of a database has no room here; null when it has. A backup is smaller than its database.</summary>
    /// <param name="bytes">The size of the database.</param>
    public string? FindObstacle(long bytes)
    {
        if (isPassing)
            return $"The backup would lie in {root}, which is gone whenever the app moves. Set CONTROLPLANE_DATA to a folder on a mounted share, that all processes see.";
        var folder = root;
        while (!Directory.Exists(folder))
            folder = Path.GetDirectoryName(folder)!;
        var free = new DriveInfo(folder).AvailableFreeSpace;
        return free >= bytes ? null : string.Create(
            CultureInfo.InvariantCulture, $"The backup may take {bytes / 1_000_000} MB, and the disk of {root} has {free / 1_000_000} MB free. Free some: DELETE /v1/upgrades/NAME removes an old backup.");
    }

    /// <summary>Keeps something beside the backup that the next attempts can do without. A disk that refuses is one of the reasons.</summary>
    public async Task WriteNotesAsync(Upgrade upgrade, string text, CancellationToken cancellation)
    {
        var beside = $"{NotesOf(upgrade)}-{RandomNumberGenerator.GetHexString(16, lowercase: true)}";
        try
        {
            Directory.CreateDirectory(root);
            await File.WriteAllTextAsync(beside, text, cancellation);
            File.Move(beside, NotesOf(upgrade), overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(beside))
                File.Delete(beside);
        }
    }

    /// <summary>What was kept so; null when there is none.</summary>
    public async Task<string?> ReadNotesAsync(Upgrade upgrade, CancellationToken cancellation)
    {
        try
        {
            return await File.ReadAllTextAsync(NotesOf(upgrade), cancellation);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void RemoveNotes(Upgrade upgrade)
    {
        if (!Directory.Exists(root))
            return;
        foreach (var file in Directory.GetFiles(root).Where(file => IsOf(upgrade, Path.GetFileName(file))))
            File.Delete(file);
    }

    /// <summary>Removes the backup of an upgrade, and whatever was begun of it, if there is any.</summary>
    public void Remove(Upgrade upgrade)
    {
        RemoveNotes(upgrade);
        if (!Directory.Exists(root))
            return;
        foreach (var folder in Directory.GetDirectories(root).Where(folder => IsOf(upgrade, Path.GetFileName(folder))))
            Directory.Delete(folder, recursive: true);
    }

    private string NotesOf(Upgrade upgrade) => $"{Of(upgrade)}~notes";

    /// <summary>What is not finished has the name with a tilde and more behind it.</summary>
    private static bool IsOf(Upgrade upgrade, string name) => name == upgrade.Name || name.StartsWith($"{upgrade.Name}~", StringComparison.Ordinal);
}
