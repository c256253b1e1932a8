using ControlPlane.Core.Databases;
using ControlPlane.Infra.Tests.Postgres;

namespace ControlPlane.Infra.Tests.Contracts;

/// <summary>
/// What every <see cref="IDatabaseServer"/> must do. Each test makes a database of its own, with the tables customers and
/// orders of 100 and 300 rows. Whoever inherits it says under which conditions each can run.
/// </summary>
public abstract class DatabaseServerContract
{
    private readonly LastProgress _progress = new();

    protected abstract IDatabaseServer Server { get; }

    protected abstract DatabaseUse CreateDatabase();

    protected abstract string NewFolder();

    /// <summary>Runs a statement as one who may do everything.</summary>
    protected abstract void Run(string database, string sql);

    /// <summary>Whether an account can open its database and make a table in it, or anything else.</summary>
    protected abstract bool CanWrite(DatabaseUse use, DatabaseAccount account);

    public virtual async Task Copy_AnyMethodAndAgain_IsEqual()
    {
        var use = CreateDatabase();
        foreach (var method in Enum.GetValues<CopyMethod>())
        {
            await CopyAsync(use, method);
            Assert.Empty(await DifferencesAsync(use));
        }

        Assert.True((await DescribeAsync(use.Name)).Rows >= 400);
        Assert.Equal(_progress.Last!.Total, _progress.Last.Done);
        Assert.True(await Server.Copies.ExistsAsync(use.CopyFor(2), default));
    }

    public virtual async Task Describe_RowOrDefinitionOfTheCopyChanged_IsSeen()
    {
        var use = CreateDatabase();
        await CopyAsync(use);

        Run(use.CopyFor(2), "UPDATE orders SET amount = amount + 1 WHERE id = 150");
        Assert.Contains("orders", Assert.Single(await DifferencesAsync(use)), StringComparison.Ordinal);
        Run(use.CopyFor(2), "UPDATE orders SET amount = amount - 1 WHERE id = 150");
        Assert.Empty(await DifferencesAsync(use));
        Run(use.CopyFor(2), "CREATE INDEX extra ON orders (amount)");
        Assert.Contains("definitions", Assert.Single(await DifferencesAsync(use)), StringComparison.Ordinal);
    }

    public virtual async Task Describe_SomeTablesKnown_LeavesThemOut()
    {
        var use = CreateDatabase();
        var all = await DescribeAsync(use.Name);
        var known = all.Tables.Keys.Single(table => table.EndsWith("customers", StringComparison.Ordinal));

        var others = await Server.DescribeAsync(use.Name, new DescribeOrder(1, [known]), default);

        Assert.Equal(all.Tables.Keys.Except([known]).Order(), others.Tables.Keys.Order());
    }

    public virtual async Task Restore_Backup_IsAsItWasThen()
    {
        var (use, folder) = (CreateDatabase(), Path.Combine(NewFolder(), "r0"));
        Directory.CreateDirectory(folder + "~new");
        await File.WriteAllTextAsync(Path.Combine(folder + "~new", "half"), "what a crash left");

        var backup = await Server.Copies.BackUpAsync(use.Name, folder, _progress, default);
        var before = await DescribeAsync(use.Name);
        Run(use.Name, "DELETE FROM orders WHERE id = 7");
        var again = await Server.Copies.BackUpAsync(use.Name, folder, _progress, default);
        await Server.Copies.RestoreAsync(folder, use.CopyFor(2), _progress, default);
        await Server.Copies.RestoreAsync(folder, use.CopyFor(2), _progress, default);

        Assert.Equal(backup, again);
        Assert.False(File.Exists(Path.Combine(folder, "half")));
        Assert.Empty(before.DifferencesTo(await DescribeAsync(use.CopyFor(2))));
    }

    public virtual async Task Restore_TamperedBackup_IsRefusedAndNothingIsMade()
    {
        var (use, folder) = (CreateDatabase(), Path.Combine(NewFolder(), "r0"));
        await Server.Copies.BackUpAsync(use.Name, folder, _progress, default);
        var file = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).MaxBy(one => one.Length)!.FullName;
        var whole = await File.ReadAllBytesAsync(file);

        await File.WriteAllBytesAsync(file, [.. whole[..^1], (byte)~whole[^1]]);
        var failure = await Assert.ThrowsAsync<DatabaseFailedException>(() => Server.Copies.RestoreAsync(folder, use.CopyFor(2), _progress, default));

        Assert.Contains(Path.GetFileName(file), failure.Message, StringComparison.Ordinal);
        Assert.False(await Server.Copies.ExistsAsync(use.CopyFor(2), default));
    }

    public virtual async Task BackUp_FolderWithSomethingElse_IsLeftAsItIs()
    {
        var (use, folder) = (CreateDatabase(), NewFolder());
        await File.WriteAllTextAsync(Path.Combine(folder, "letter"), "dear");

        await Assert.ThrowsAsync<DatabaseFailedException>(() => Server.Copies.BackUpAsync(use.Name, folder, _progress, default));

        Assert.Equal("dear", await File.ReadAllTextAsync(Path.Combine(folder, "letter")));
    }

    public virtual async Task CopyRestoreOrDrop_ForeignDatabase_IsLeftAsItIs()
    {
        var (use, foreign, folder) = (CreateDatabase(), CreateDatabase(), Path.Combine(NewFolder(), "r0"));
        var before = await DescribeAsync(foreign.Name);
        await Server.Copies.BackUpAsync(use.Name, folder, _progress, default);

        await Assert.ThrowsAsync<DatabaseFailedException>(() => Server.Copies.DropAsync(foreign.Name, default));
        foreach (var method in Enum.GetValues<CopyMethod>())
            await Assert.ThrowsAsync<DatabaseFailedException>(() => Server.Copies.CopyAsync(new CopyOrder(use.Name, foreign.Name, method, 1), _progress, default));
        await Assert.ThrowsAsync<DatabaseFailedException>(() => Server.Copies.RestoreAsync(folder, foreign.Name, _progress, default));

        Assert.Empty(before.DifferencesTo(await DescribeAsync(foreign.Name)));
    }

    public virtual async Task Drop_CopyOrNone_IsGone()
    {
        var use = CreateDatabase();
        await CopyAsync(use);

        await Server.Copies.DropAsync(use.CopyFor(2), default);
        await Server.Copies.DropAsync(use.CopyFor(2), default);

        Assert.False(await Server.Copies.ExistsAsync(use.CopyFor(2), default));
    }

    public virtual async Task Fence_LetInShutOutAndLetInAgain_HoldsEachTime()
    {
        var use = CreateDatabase();
        var account = new DatabaseAccount(use.AccountOf(1), "pw");

        await Server.Fence.EnsureAsync(use.Name, use.Owner, account, default);
        Assert.True(CanWrite(use, account), "an account that was made cannot write");
        Assert.False((await Server.Fence.ProveAsync(use.Name, account, default)).IsFenced);

        await ExcludeAsync(use, account);
        await ExcludeAsync(use, account);
        await Server.Fence.EnsureAsync(use.Name, use.Owner, account, default);
        Assert.False(CanWrite(use, account), "an account that was shut out can write");
        Assert.True((await Server.Fence.ProveAsync(use.Name, account, default)).IsFenced);

        await Server.Fence.AdmitAsync(use.Name, use.Owner, account, default);
        await Server.Fence.AdmitAsync(use.Name, use.Owner, account, default);
        Assert.True(CanWrite(use, account), "an account that was let in again cannot write");
        Assert.False((await Server.Fence.ProveAsync(use.Name, account, default)).IsFenced);
    }

    public virtual async Task Fence_AccountLetInToTheCopy_DoesNotReachTheOriginal()
    {
        var use = CreateDatabase();
        await CopyAsync(use);
        var (before, account) = (await DescribeAsync(use.Name), new DatabaseAccount(use.AccountOf(2), "pw"));

        await Server.Fence.AdmitAsync(use.CopyFor(2), use.Owner, account, default);

        Assert.True(CanWrite(use with { Name = use.CopyFor(2) }, account), "the account of the copy cannot write");
        Assert.NotEmpty(before.DifferencesTo(await DescribeAsync(use.CopyFor(2))));
        Assert.Equal(before.Tables, (await DescribeAsync(use.Name)).Tables);
    }

    public virtual async Task Remove_AccountOrNone_IsGone()
    {
        var use = CreateDatabase();
        var (one, shutOut) = (new DatabaseAccount(use.AccountOf(1), "pw"), new DatabaseAccount(use.AccountOf(2), "pw"));
        await Server.Fence.AdmitAsync(use.Name, use.Owner, one, default);
        await Server.Fence.AdmitAsync(use.Name, use.Owner, shutOut, default);
        await ExcludeAsync(use, shutOut);

        foreach (var account in (string[])[one.Name, shutOut.Name, one.Name, "never_made"])
            await Server.Fence.RemoveAsync(account, default);

        Assert.False(CanWrite(use, one), "an account that was removed can write");
        Assert.False((await Server.Fence.ProveAsync(use.Name, one, default)).Tries.Any(one => one.Outcome == FenceOutcome.Written), "an account that was removed gets in");
    }

    public virtual async Task Inspect_NoSuchDatabase_Fails()
    {
        await Assert.ThrowsAsync<DatabaseFailedException>(() => Server.InspectAsync("nowhere", default));
        await Assert.ThrowsAsync<DatabaseFailedException>(() => Server.Copies.BackUpAsync("nowhere", Path.Combine(NewFolder(), "r0"), _progress, default));
        Assert.False(await Server.Copies.ExistsAsync("nowhere", default));
    }

    private Task CopyAsync(DatabaseUse use, CopyMethod method = CopyMethod.Template) =>
        Server.Copies.CopyAsync(new CopyOrder(use.Name, use.CopyFor(2), method, 2), _progress, default);

    private Task ExcludeAsync(DatabaseUse use, DatabaseAccount account) =>
        Server.Fence.ExcludeAsync(use.Name, account.Name, TimeSpan.FromSeconds(10), default);

    private Task<DatabaseManifest> DescribeAsync(string database) => Server.DescribeAsync(database, new DescribeOrder(2, []), default);

    private async Task<IReadOnlyList<string>> DifferencesAsync(DatabaseUse use) =>
        (await DescribeAsync(use.Name)).DifferencesTo(await DescribeAsync(use.CopyFor(2)));
}
