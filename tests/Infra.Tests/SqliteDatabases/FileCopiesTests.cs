using System.Diagnostics;
using ControlPlane.Core.Databases;
using ControlPlane.Infra.SqliteDatabases;
using ControlPlane.Infra.Tests.Postgres;
using Microsoft.Data.Sqlite;

namespace ControlPlane.Infra.Tests.SqliteDatabases;

/// <summary>Copies of files.</summary>
public sealed class FileCopiesTests : IDisposable
{
    private readonly FileLab _lab = new();
    private readonly LastProgress _progress = new();

    private IDatabaseCopies Copies => _lab.Server.Copies;

    public void Dispose() => _lab.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Copy_WhatIsInTheJournalOnly_GoesAlong(bool isWal)
    {
        var use = _lab.CreateDatabase(isWal);
        using var engine = FileLab.Open(_lab.FileOf(use.Name), SqliteOpenMode.ReadWrite);
        FileLab.Execute(engine, "PRAGMA wal_autocheckpoint = 0; INSERT INTO customers (name) VALUES ('last')");

        await CopyAsync(use);

        Assert.Equal(101, (await DescribeAsync(use.CopyFor(2))).Tables["customers"].Rows);
        Assert.Equal(["", ".made-by"], Directory.EnumerateFiles(_lab.Data, $"{use.CopyFor(2)}.db*").Select(file => file[_lab.FileOf(use.CopyFor(2)).Length..]).Order());
    }

    /// <summary>A rehearsal copies while others write: every copy is of one moment, whole.</summary>
    [Fact]
    public async Task Copy_UnderWrites_IsOfOneMomentAndNoWriteFails()
    {
        var use = _lab.CreateDatabase();
        _lab.Execute(use.Name, "CREATE TABLE ballast AS SELECT randomblob(1000) FROM customers, (SELECT 1 FROM customers LIMIT 40)");
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(() =>
        {
            using var engine = FileLab.Open(_lab.FileOf(use.Name), SqliteOpenMode.ReadWrite);
            var written = 0;
            for (; !stop.IsCancellationRequested; written++)
                FileLab.Execute(engine, "BEGIN IMMEDIATE; INSERT INTO customers (name) VALUES ('w'); INSERT INTO orders (customer, amount) VALUES (last_insert_rowid(), 1); COMMIT");
            return written;
        });

        foreach (var _ in Enumerable.Range(0, 5))
        {
            await CopyAsync(use);
            var copy = await DescribeAsync(use.CopyFor(2));
            Assert.Equal(copy.Tables["customers"].Rows + 200, copy.Tables["orders"].Rows);
        }

        await stop.CancelAsync();
        Assert.True(await writing > 5, "nobody wrote meanwhile");
    }

    [Fact]
    public async Task Copy_ByOwnerAndRights_IsAsTheOriginal()
    {
        var use = _lab.CreateDatabase();
        File.SetUnixFileMode(_lab.FileOf(use.Name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        if (Environment.IsPrivilegedProcess)
        {
            using var change = Process.Start("chown", ["65534:65534", _lab.FileOf(use.Name)]);
            await change.WaitForExitAsync();
        }

        var folder = Path.Combine(_lab.NewFolder(), "r0");
        await CopyAsync(use);
        await Copies.BackUpAsync(use.Name, folder, _progress, default);
        await Copies.RestoreAsync(folder, use.CopyFor(3), _progress, default);

        var original = FileFacts.Of(_lab.FileOf(use.Name));
        foreach (var file in (string[])[_lab.FileOf(use.CopyFor(2)), _lab.FileOf(use.CopyFor(3))])
        {
            Assert.Equal((original.User, original.Group), (FileFacts.Of(file).User, FileFacts.Of(file).Group));
            Assert.Equal(File.GetUnixFileMode(_lab.FileOf(use.Name)), File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public async Task Copy_Cancelled_EndsAndLeavesNothing()
    {
        var use = _lab.CreateDatabase();
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Copies.CopyAsync(new CopyOrder(use.Name, use.CopyFor(2), CopyMethod.Dump, 1), _progress, stop.Token));

        Assert.DoesNotContain(Directory.EnumerateFiles(_lab.Data), file => file.Contains(use.CopyFor(2), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Copy_OverWhatACrashLeftAtAnyPoint_BeginsAnew()
    {
        var use = _lab.CreateDatabase();
        var file = _lab.FileOf(use.CopyFor(2));

        // While pages were copied; with the mark written and the name not yet given; with both.
        await File.WriteAllTextAsync(file + "~new", "half");
        await File.WriteAllTextAsync(file + "~new-journal", "half");
        await CopyAsync(use);
        File.Move(file, file + "~new");
        await CopyAsync(use);
        await CopyAsync(use);

        Assert.Empty((await DescribeAsync(use.Name)).DifferencesTo(await DescribeAsync(use.CopyFor(2))));
        Assert.False(File.Exists(file + "~new") || File.Exists(file + "~new-journal"));
    }

    [Fact]
    public async Task Drop_CopyThatACrashHasLeftUnfinished_IsGone()
    {
        var use = _lab.CreateDatabase();
        var unfinished = _lab.FileOf(use.CopyFor(2)) + "~new";
        await File.WriteAllTextAsync(unfinished, "half");

        await Copies.DropAsync(use.CopyFor(2), default);

        Assert.False(File.Exists(unfinished));
    }

    [Fact]
    public async Task Drop_FileThatHasTakenTheNameOfACopy_IsLeftAsItIs()
    {
        var use = _lab.CreateDatabase();
        await CopyAsync(use);
        File.Delete(_lab.FileOf(use.CopyFor(2)));
        _lab.Execute(use.CopyFor(2), "CREATE TABLE mine (id)");

        await Assert.ThrowsAsync<DatabaseFailedException>(() => Copies.DropAsync(use.CopyFor(2), default));
        await Assert.ThrowsAsync<DatabaseFailedException>(() => CopyAsync(use));

        Assert.Contains("mine", (await DescribeAsync(use.CopyFor(2))).Tables.Keys);
    }

    [Fact]
    public async Task Copy_ForeignJournalOfThatName_IsNotPlayedIntoIt()
    {
        var use = _lab.CreateDatabase();
        await File.WriteAllTextAsync(_lab.FileOf(use.CopyFor(2)) + "-journal", "somebody's");

        Assert.True(await Copies.ExistsAsync(use.CopyFor(2), default));
        await Assert.ThrowsAsync<DatabaseFailedException>(() => CopyAsync(use));

        Assert.Equal("somebody's", await File.ReadAllTextAsync(_lab.FileOf(use.CopyFor(2)) + "-journal"));
    }

    [Fact]
    public async Task BackUp_DamagedDatabase_IsRefused()
    {
        var use = _lab.CreateDatabase(isWal: false);
        await using (var file = new FileStream(_lab.FileOf(use.Name), FileMode.Open, FileAccess.Write))
        {
            file.Seek(2 * 4096, SeekOrigin.Begin);
            file.Write(new byte[4096]);
        }

        await Assert.ThrowsAsync<DatabaseFailedException>(() => Copies.BackUpAsync(use.Name, Path.Combine(_lab.NewFolder(), "r0"), _progress, default));
    }

    [Fact]
    public async Task Inspect_Database_SaysSizeAndNoObstacle()
    {
        var use = _lab.CreateDatabase();

        var inspection = await _lab.Server.InspectAsync(use.Name, default);

        Assert.Empty(inspection.Obstacles);
        Assert.StartsWith("SQLite 3.", inspection.Version, StringComparison.Ordinal);
        Assert.True(inspection.Bytes > 10_000);
        Assert.Null(await _lab.Server.CountWritesAsync(use.Name, default));
        Assert.Null(_lab.Server.Replication);
    }

    [Fact]
    public async Task Inspect_NoDatabaseInTheFile_OrALink_IsRefused()
    {
        var use = _lab.CreateDatabase();
        await File.WriteAllTextAsync(_lab.FileOf("letter"), new string('x', 5000));
        File.CreateSymbolicLink(_lab.FileOf("elsewhere"), _lab.FileOf(use.Name));

        Assert.Contains("not a database", (await Assert.ThrowsAsync<DatabaseFailedException>(() => _lab.Server.InspectAsync("letter", default))).Message, StringComparison.Ordinal);
        Assert.Contains("is a link", (await Assert.ThrowsAsync<DatabaseFailedException>(() => _lab.Server.InspectAsync("elsewhere", default))).Message, StringComparison.Ordinal);
    }

    private Task CopyAsync(DatabaseUse use) => Copies.CopyAsync(new CopyOrder(use.Name, use.CopyFor(2), CopyMethod.Dump, 1), _progress, default);

    private Task<DatabaseManifest> DescribeAsync(string database) => _lab.Server.DescribeAsync(database, new DescribeOrder(1, []), default);
}
