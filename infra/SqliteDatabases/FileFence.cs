using ControlPlane.Core.Databases;

namespace ControlPlane.Infra.SqliteDatabases;

/// <summary>
/// Keeps accounts from a file by taking away the path that they open it by. What is open stays open, so an account is shut
/// out once nobody has the file open, which the kernel vouches for. It cannot see other machines that share the folder.
/// </summary>
internal sealed class FileFence(FolderPaths paths, TimeProvider time) : IDatabaseFence
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <inheritdoc/>
    public bool NeedsEnginesStopped => true;

    /// <inheritdoc/>
    public string FileOf(string account) => paths.OfAccount(account);

    /// <inheritdoc/>
    public async Task EnsureAsync(string database, string owner, DatabaseAccount account, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(account);
        if (await OnPathAsync(account.Name, AccountPath.Look, cancellation) == AccountState.Missing)
            await AdmitAsync(database, owner, account, cancellation);
    }

    /// <inheritdoc/>
    public Task AdmitAsync(string database, string owner, DatabaseAccount account, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(account);
        paths.Require(database);
        return OnPathAsync(account.Name, path => AccountPath.Open(path, FolderPaths.LinkTo(database)), cancellation);
    }

    /// <inheritdoc/>
    public async Task ExcludeAsync(string database, string account, TimeSpan patience, CancellationToken cancellation)
    {
        var (file, start) = (paths.Require(database), time.GetTimestamp());
        await OnPathAsync(account, AccountPath.Shut, cancellation);
        while (await FileTurns.RunAsync(file, () => FileLease.Try(file), cancellation) is { IsAlone: false })
        {
            if (time.GetElapsedTime(start) > patience)
                throw new DatabaseFailedException($"Database {database} can still be written to after {patience.TotalSeconds:0.#} s by {string.Join(", ", OpenFiles.FindUsers(file))}.");
            await Task.Delay(Pause, time, cancellation);
        }
    }

    /// <inheritdoc/>
    public async Task<FenceProof> ProveAsync(string database, DatabaseAccount account, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(account);
        var (file, path) = (paths.Require(database), paths.OfAccount(account.Name));
        return await FileTurns.RunAsync(file, () => Prove(database, file, path), cancellation);
    }

    /// <inheritdoc/>
    public Task RemoveAsync(string account, CancellationToken cancellation) => OnPathAsync(account, AccountPath.Remove, cancellation);

    private FenceProof Prove(string database, string file, string path)
    {
        var tries = FileProbe.TryAll(path);
        var lease = FileLease.Try(file);
        var outcome = lease.IsAlone switch { true => FenceOutcome.Refused, false => FenceOutcome.Written, null => FenceOutcome.Unclear };
        return new FenceProof
        {
            Tries = [.. tries, new FenceTry("go on with a file that was open before", outcome, lease.IsAlone == true ? "nobody has it open" : lease.Reason)],
            Sessions = [.. lease.IsAlone == false ? OpenFiles.FindUsers(file) : [], .. FindOtherLinks(database)],
        };
    }

    /// <summary>Accounts that can open the database, whoever has made them.</summary>
    private IEnumerable<string> FindOtherLinks(string database) => Directory.EnumerateFileSystemEntries(paths.Access)
        .Where(path => new FileInfo(path).LinkTarget == FolderPaths.LinkTo(database)).Select(path => $"{path}, which leads to it");

    private async Task OnPathAsync(string account, Action<string> work, CancellationToken cancellation) => await OnPathAsync(
        account,
        path =>
        {
            work(path);
            return true;
        },
        cancellation);

    private Task<T> OnPathAsync<T>(string account, Func<string, T> work, CancellationToken cancellation)
    {
        var path = paths.OfAccount(account);
        return FileTurns.RunAsync(path, () => work(path), cancellation);
    }
}
