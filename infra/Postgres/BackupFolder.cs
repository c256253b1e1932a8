using System.Security.Cryptography;
using System.Text.Json;
using ControlPlane.Core.Databases;

namespace ControlPlane.Infra.Postgres;

/// <summary>
/// A backup on disk: the folder that <c>pg_dump</c> writes, what it leaves out, and the hash of each file as sha256sum(1) writes
/// it. It is made under another name and takes its own when it is whole. That name is new for each attempt: a <c>pg_dump</c> that
/// has outlived the process that wanted it never writes into what a later one makes.
/// </summary>
internal sealed class BackupFolder(string path)
{
    private const string Unfinished = "~new", Discarded = "~old";
    private const string ManifestName = "manifest.sha256";
    private const string FrameName = "database.json";
    private const string DumpName = "dump";
    private readonly string _new = $"{path}{Unfinished}-{RandomNumberGenerator.GetHexString(16, lowercase: true)}";

    /// <summary>Where it is.</summary>
    public string Path => path;

    /// <summary>The dump of a whole backup.</summary>
    public string Dump => System.IO.Path.Combine(path, DumpName);

    /// <summary>The dump of one that is being made.</summary>
    public string NewDump => System.IO.Path.Combine(_new, DumpName);

    /// <summary>Whether an earlier call has finished it.</summary>
    public bool IsComplete => File.Exists(System.IO.Path.Combine(path, ManifestName));

    /// <summary>Begins anew over what an earlier call left unfinished.</summary>
    /// <exception cref="DatabaseFailedException">There is something else in the folder.</exception>
    public async Task BeginAsync(DatabaseFrame frame, CancellationToken cancellation)
    {
        if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
            throw new DatabaseFailedException($"The folder {path} holds something else than a backup.");
        RemoveLeftovers();
        Directory.CreateDirectory(_new, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await File.WriteAllTextAsync(System.IO.Path.Combine(_new, FrameName), JsonSerializer.Serialize(frame), cancellation);
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
        await File.WriteAllLinesAsync(System.IO.Path.Combine(_new, ManifestName), lines, cancellation);
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
        var written = await File.ReadAllLinesAsync(System.IO.Path.Combine(path, ManifestName), cancellation);
        var found = await HashAsync(path, cancellation);
        var places = written.Except(found).Concat(found.Except(written)).Select(line => line.Split("  ", 2)[^1]).Distinct().Order().ToList();
        if (places.Count > 0)
            throw new DatabaseFailedException($"The backup in {path} is not as it was made: {string.Join(", ", places.Take(5))}.");
        return await DescribeAsync(written.Length, cancellation);
    }

    /// <summary>What the dump leaves out.</summary>
    public async Task<DatabaseFrame> ReadFrameAsync(CancellationToken cancellation) =>
        JsonSerializer.Deserialize<DatabaseFrame>(await File.ReadAllTextAsync(System.IO.Path.Combine(path, FrameName), cancellation))
        ?? throw new DatabaseFailedException($"The backup in {path} does not say what kind of database it is of.");

    /// <summary>What is still written into a folder keeps it from being removed; once it has another name, nothing new comes into it.</summary>
    private void RemoveLeftovers()
    {
        var whole = System.IO.Path.GetFullPath(path);
        if (System.IO.Path.GetDirectoryName(whole) is not { } parent || !Directory.Exists(parent))
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
        var hash = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(System.IO.Path.Combine(path, ManifestName), cancellation)));
        var bytes = new DirectoryInfo(path).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        return new Backup(path, bytes, files, hash);
    }

    private static async Task<IReadOnlyList<string>> HashAsync(string folder, CancellationToken cancellation)
    {
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => System.IO.Path.GetRelativePath(folder, file) != ManifestName).Order(StringComparer.Ordinal).ToList();
        var lines = new string[files.Count];
        await Parallel.ForAsync(0, files.Count, cancellation, async (index, token) =>
        {
            await using var stream = File.OpenRead(files[index]);
            lines[index] = $"{Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, token))}  {System.IO.Path.GetRelativePath(folder, files[index])}";
        });
        return lines;
    }
}
