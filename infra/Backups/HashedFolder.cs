using System.Security.Cryptography;
using ControlPlane.Core.Databases;

namespace ControlPlane.Infra.Backups;

/// <summary>
/// A backup on disk: files, and the hash of each as sha256sum(1) writes it. It is made under another name and takes its own
/// when it is whole. That name is new for each attempt: a program that has outlived the process that wanted it never writes
/// into what a later one makes.
/// </summary>
internal sealed class HashedFolder(string path)
{
    private const string ManifestName = "manifest.sha256";
    private const string Unfinished = "~new", Discarded = "~old";
    private readonly string _new = $"{path}{Unfinished}-{RandomNumberGenerator.GetHexString(16, lowercase: true)}";

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
        RemoveLeftovers();
        Directory.CreateDirectory(_new, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Removes what was begun and not finished.</summary>
    public void RemoveUnfinished()
    {
        if (Directory.Exists(_new))
            Directory.Delete(_new, recursive: true);
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

    /// <summary>What is still written into a folder keeps it from being removed; once it has another name, nothing new comes into it.</summary>
    private void RemoveLeftovers()
    {
        var whole = Path.GetFullPath(path);
        if (Path.GetDirectoryName(whole) is not { } parent || !Directory.Exists(parent))
            return;
        foreach (var left in Leftovers(parent, whole + Unfinished))
            Directory.Move(left, $"{whole}{Discarded}{left[(whole.Length + Unfinished.Length)..]}");
        foreach (var left in Leftovers(parent, whole + Discarded))
            Directory.Delete(left, recursive: true);
    }

    private static string[] Leftovers(string parent, string name) =>
        [.. Directory.GetDirectories(parent).Where(folder => folder == name || folder.StartsWith($"{name}-", StringComparison.Ordinal))];

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
