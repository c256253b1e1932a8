using System.Diagnostics;
using ControlPlane.Core.Databases;
using ControlPlane.Infra.SqliteDatabases;
using Microsoft.Data.Sqlite;

namespace ControlPlane.Infra.Tests.SqliteDatabases;

/// <summary>How accounts are kept from a file.</summary>
public sealed class FileFenceTests : IDisposable
{
    private static readonly TimeSpan Brief = TimeSpan.FromMilliseconds(200);

    private readonly FileLab _lab = new();

    private IDatabaseFence Fence => _lab.Server.Fence;

    public void Dispose() => _lab.Dispose();

    [Fact]
    public async Task Admit_Account_IsALinkThatSurvivesAMoveOfTheFolder()
    {
        var (use, account) = await AdmittedAsync();

        Assert.Equal($"../{use.Name}.db", new FileInfo(Fence.FileOf(account.Name)!).LinkTarget);
        Assert.True(Fence.NeedsEnginesStopped);
    }

    /// <summary>A crash between two changes of names leaves the link of before, or of after, beside the account's path.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Exclude_CrashHasLeftALink_IsGoneAndTheFenceHolds(bool isShutAlready)
    {
        var (use, account) = await AdmittedAsync();
        var path = Fence.FileOf(account.Name)!;
        if (isShutAlready)
            await Fence.ExcludeAsync(use.Name, account.Name, Brief, default);
        File.CreateSymbolicLink(path + "~new", $"../{use.Name}.db");

        await Fence.ExcludeAsync(use.Name, account.Name, Brief, default);

        Assert.True((await Fence.ProveAsync(use.Name, account, default)).IsFenced);
    }

    [Fact]
    public async Task Remove_CrashHasLeftALink_IsGoneToo()
    {
        var (use, account) = await AdmittedAsync();
        var path = Fence.FileOf(account.Name)!;
        File.CreateSymbolicLink(path + "~new", $"../{use.Name}.db");

        await Fence.RemoveAsync(account.Name, default);

        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public async Task Exclude_ZombieHasTheFileOpen_IsFoundAndNamed()
    {
        var (use, account) = await AdmittedAsync();
        using var zombie = Hold(Fence.FileOf(account.Name)!);

        var failure = await Assert.ThrowsAsync<DatabaseFailedException>(() => Fence.ExcludeAsync(use.Name, account.Name, Brief, default));
        var proof = await Fence.ProveAsync(use.Name, account, default);
        await EndAsync(zombie);
        await Fence.ExcludeAsync(use.Name, account.Name, Brief, default);

        Assert.Contains($"process {zombie.Id} (sleep)", failure.Message, StringComparison.Ordinal);
        Assert.False(proof.IsFenced);
        Assert.Contains($"process {zombie.Id} (sleep)", proof.Sessions);
        Assert.True((await Fence.ProveAsync(use.Name, account, default)).IsFenced);
    }

    [Fact]
    public async Task Exclude_FileIsOpenByItsOwnNameOrAHardLink_IsFound()
    {
        var (use, account) = await AdmittedAsync();
        var other = Path.Combine(_lab.NewFolder(), "other");
        using (var link = Process.Start("ln", [_lab.FileOf(use.Name), other]))
            await link.WaitForExitAsync();

        foreach (var path in (string[])[_lab.FileOf(use.Name), other])
        {
            using var user = Hold(path);
            await Assert.ThrowsAsync<DatabaseFailedException>(() => Fence.ExcludeAsync(use.Name, account.Name, Brief, default));
            await EndAsync(user);
        }

        await Fence.ExcludeAsync(use.Name, account.Name, Brief, default);
    }

    [Fact]
    public async Task Exclude_ThenOpenOrMake_IsRefusedAndLeavesNoStrayFile()
    {
        var (use, account) = await AdmittedAsync();
        var path = Fence.FileOf(account.Name)!;
        await Fence.ExcludeAsync(use.Name, account.Name, Brief, default);

        foreach (var mode in (SqliteOpenMode[])[SqliteOpenMode.ReadWrite, SqliteOpenMode.ReadWriteCreate])
            Assert.Equal("SQLite Error 14: 'unable to open database file'.", Assert.Throws<SqliteException>(() => FileLab.Open(path, mode)).Message);

        Assert.True(Directory.Exists(path) && !Directory.EnumerateFileSystemEntries(path).Any());
        Assert.Equal([path], Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public async Task Prove_AnotherAccountLeadsToTheFile_IsNotFenced()
    {
        var (use, account) = await AdmittedAsync();
        await Fence.AdmitAsync(use.Name, use.Owner, new(use.AccountOf(9), ""), default);
        await Fence.ExcludeAsync(use.Name, account.Name, Brief, default);

        var proof = await Fence.ProveAsync(use.Name, account, default);

        Assert.All(proof.Tries, one => Assert.Equal(FenceOutcome.Refused, one.Outcome));
        Assert.Contains(use.AccountOf(9), Assert.Single(proof.Sessions), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prove_NothingAtThePath_IsUnclearAndMakesNothing()
    {
        var (use, account) = await AdmittedAsync();
        await Fence.RemoveAsync(account.Name, default);

        var proof = await Fence.ProveAsync(use.Name, account, default);

        Assert.False(proof.IsFenced);
        Assert.False(Path.Exists(Fence.FileOf(account.Name)));
    }

    [Fact]
    public async Task Prove_WeakFence_ChangesNothingInTheFile()
    {
        var (use, account) = await AdmittedAsync();
        var before = await _lab.Server.DescribeAsync(use.Name, new DescribeOrder(1, []), default);

        var proof = await Fence.ProveAsync(use.Name, account, default);

        Assert.Contains(proof.Tries, one => one.Outcome == FenceOutcome.Written);
        Assert.Empty(before.DifferencesTo(await _lab.Server.DescribeAsync(use.Name, new DescribeOrder(1, []), default)));
    }

    [Fact]
    public async Task Admit_FileInThePlaceOfTheLink_IsNeverReplaced()
    {
        var use = _lab.CreateDatabase();
        var path = Fence.FileOf(use.AccountOf(1))!;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, "somebody's");

        await Assert.ThrowsAsync<DatabaseFailedException>(() => Fence.AdmitAsync(use.Name, use.Owner, new(use.AccountOf(1), ""), default));
        await Assert.ThrowsAsync<DatabaseFailedException>(() => Fence.ExcludeAsync(use.Name, use.AccountOf(1), Brief, default));
        await Fence.RemoveAsync(use.AccountOf(1), default);

        Assert.Equal("somebody's", await File.ReadAllTextAsync(path));
    }

    [Fact]
    public async Task Admit_OverWhatACrashLeft_IsDoneAllTheSame()
    {
        var (use, account) = await AdmittedAsync();
        var path = Fence.FileOf(account.Name)!;
        Directory.CreateDirectory(path + "~new");
        await Fence.ExcludeAsync(use.Name, account.Name, Brief, default);
        File.CreateSymbolicLink(path + "~new", "anywhere");

        await Fence.AdmitAsync(use.Name, use.Owner, account, default);

        FileLab.Open(path, SqliteOpenMode.ReadWrite).Dispose();
        Assert.False(Path.Exists(path + "~new"));
    }

    [Theory]
    [InlineData("../shop")]
    [InlineData("a/b")]
    [InlineData("")]
    [InlineData("a.b")]
    public async Task AnyCall_NameThatLeadsElsewhere_IsRefused(string name)
    {
        await Assert.ThrowsAsync<DatabaseFailedException>(() => Fence.AdmitAsync(name, "", new("a", ""), default));
        await Assert.ThrowsAsync<DatabaseFailedException>(() => Fence.RemoveAsync(name, default));
        await Assert.ThrowsAsync<DatabaseFailedException>(() => _lab.Server.Copies.DropAsync(name, default));
    }

    /// <summary>The kernel tells whoever holds a lease of each open; by default that would end this process.</summary>
    [Fact]
    public async Task Lease_FileIsOpenedAllTheTime_ThisProcessLivesAndNoOpenFails()
    {
        var use = _lab.CreateDatabase();
        var file = _lab.FileOf(use.Name);
        using var opener = Process.Start("/bin/sh", ["-c", "i=0; while [ $i -lt 3000 ]; do : < \"$0\" || exit 1; i=$((i+1)); done", file]);

        var answers = new List<LeaseAnswer>();
        while (!opener.HasExited)
            answers.Add(FileLease.Try(file));

        await opener.WaitForExitAsync();
        Assert.Equal(0, opener.ExitCode);
        Assert.Contains(answers, answer => answer.IsAlone == true);
        Assert.DoesNotContain(answers, answer => answer.IsAlone is null);
    }

    private async Task<(DatabaseUse Use, DatabaseAccount Account)> AdmittedAsync()
    {
        var use = _lab.CreateDatabase();
        var account = new DatabaseAccount(use.AccountOf(1), "");
        await Fence.AdmitAsync(use.Name, use.Owner, account, default);
        return (use, account);
    }

    /// <summary>Another process that has a file open.</summary>
    private static Process Hold(string path)
    {
        var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec 3<>\"$0\"; echo; exec sleep 60", path]) { RedirectStandardOutput = true })!;
        process.StandardOutput.ReadLine();
        // The shell answers before it has become what it then is.
        SpinWait.SpinUntil(() => File.ReadAllText($"/proc/{process.Id}/comm") == "sleep\n", TimeSpan.FromSeconds(5));
        return process;
    }

    private static async Task EndAsync(Process process)
    {
        process.Kill();
        await process.WaitForExitAsync();
    }
}
