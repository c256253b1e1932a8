using System.Security.Cryptography;
using ControlPlane.Core.Databases;

namespace ControlPlane.Infra.Backups;

/// <summary>
/// A backup on disk: files, and the hash of each as sha256sum(1) writes it. It is made under another name and takes its own
/// when it is whole.
/// </summary>
internal sealed class HashedFolder(string path)
{
    private const string ManifestName = "manifest.sha256";
    private readonly string _new = path + "~new";

    /// <summary>Whether an earlier call has finished it.</summary>
    public bool IsComplete => File.Exists(PathOf(ManifestName));

    /// <summary>A file of a whole backup.</summary>
    public string PathOf(string name) => Path.Combine(path, name);

    /// <summary>A file of one that is being made.</summary>
    public string NewPathOf(string name) => Path.Combine(_new, name);

    /// <summary>Begins anew over what an earlier call left unfinished.</summary>
    /// <exception cref="DatabaseFailedException">There is something else in the folder.</exception>
    public void Begin()
    {
        if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
            throw new DatabaseFailedException($"The folder {path} holds something else than a backup.");
        if (Directory.Exists(_new))
            Directory.Delete(_new, recursive: true);
        Directory.CreateDirectory(_new, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Writes the hashes and gives the folder its name.</summary>
    public async Task<Backup> FinishAsync(CancellationToken cancellation)
    {
        var lines = await HashAsync(_new, cancellation);
        await File.WriteAllLinesAsync(NewPathOf(ManifestName), lines, cancellation);
        if (Directory.Exists(path))
            Directory.Delete(path);
        Directory.Move(_new, path);
        return await DescribeAsync(lines.Count, cancellation);
    }

    /// <summary>Compares each file with what was written down when the backup was made.</summary>
    /// <exception cref="DatabaseFailedException">A file has changed, is missing or has been added.</exception>
    public async Task<Backup> VerifyAsync(CancellationToken cancellation)
    {
        if (!IsComplete)
            throw new DatabaseFailedException($"There is no backup in {path}, or it was not finished.");
        var written = await File.ReadAllLinesAsync(PathOf(ManifestName), cancellation);
        var found = await HashAsync(path, cancellation);
        var places = written.Except(found).Concat(found.Except(written)).Select(line => line.Split("  ", 2)[^1]).Distinct().Order().ToList();
        if (places.Count > 0)
            throw new DatabaseFailedException($"The backup in {path} is not as it was made: {string.Join(", ", places.Take(5))}.");
        return await DescribeAsync(written.Length, cancellation);
    }

    private async Task<Backup> DescribeAsync(int files, CancellationToken cancellation)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(PathOf(ManifestName), cancellation)));
        var bytes = new DirectoryInfo(path).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        return new Backup(path, bytes, files, hash);
    }

    private static async Task<IReadOnlyList<string>> HashAsync(string folder, CancellationToken cancellation)
    {
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetRelativePath(folder, file) != ManifestName).Order(StringComparer.Ordinal).ToList();
        var lines = new string[files.Count];
        await Parallel.ForAsync(0, files.Count, cancellation, async (index, token) =>
        {
            await using var stream = File.OpenRead(files[index]);
            lines[index] = $"{Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, token))}  {Path.GetRelativePath(folder, files[index])}";
        });
        return lines;
    }
}
