using ControlPlane.Core.Databases;
using ControlPlane.TestKit;

namespace ControlPlane.Infra.Tests.Postgres;

/// <summary>Backups, and what comes back from them.</summary>
[Collection(PostgresLab.Collection)]
public sealed class BackupTests(PostgresLab lab)
{
    private readonly LastProgress _progress = new();

    private IDatabaseCopies Copies => lab.Server.Copies;

    [PostgresFact]
    public async Task Restore_Backup_IsEqual()
    {
        var use = lab.CreateDatabase();
        lab.Execute("postgres", $"ALTER DATABASE \"{use.Name}\" SET work_mem = '7MB'");
        var folder = Path.Combine(lab.NewFolder(), "r0");

        var backup = await Copies.BackUpAsync(use.Name, folder, _progress, default);
        var again = await Copies.BackUpAsync(use.Name, folder, _progress, default);
        await Copies.RestoreAsync(folder, use.CopyFor(2), _progress, default);

        Assert.Equal(backup, again);
        Assert.True(backup.Files > 4 && backup.Bytes > 1000 && backup.Hash.Length == 64, backup.ToString());
        Assert.Empty((await lab.Server.DescribeAsync(use.Name, new DescribeOrder(2, []), default)).DifferencesTo(await lab.Server.DescribeAsync(use.CopyFor(2), new DescribeOrder(2, []), default)));
        Assert.Contains("work_mem=7MB", lab.Execute("postgres", $"SELECT setconfig FROM pg_db_role_setting s JOIN pg_database d ON d.oid = setdatabase WHERE datname = '{use.CopyFor(2)}'").Scalar);
    }

    [PostgresFact]
    public async Task Restore_ChangedMissingOrAddedFile_IsRefusedAndNothingMade()
    {
        var use = lab.CreateDatabase();
        var folder = Path.Combine(lab.NewFolder(), "r0");
        await Copies.BackUpAsync(use.Name, folder, _progress, default);
        var file = Directory.GetFiles(Path.Combine(folder, "dump"), "*.dat.gz")[0];
        var whole = await File.ReadAllBytesAsync(file);

        await File.WriteAllBytesAsync(file, [.. whole[..^1], (byte)~whole[^1]]);
        await RefusedAsync(Path.GetFileName(file));
        File.Delete(file);
        await RefusedAsync(Path.GetFileName(file));
        await File.WriteAllBytesAsync(file, whole);
        await File.WriteAllTextAsync(Path.Combine(folder, "added"), "");
        await RefusedAsync("added");

        async Task RefusedAsync(string name)
        {
            var failure = await Assert.ThrowsAsync<DatabaseFailedException>(() => Copies.RestoreAsync(folder, use.CopyFor(2), _progress, default));
            Assert.Contains(name, failure.Message);
            Assert.Equal("0", lab.Execute("postgres", $"SELECT count(*) FROM pg_database WHERE datname LIKE '{use.CopyFor(2)}%'").Scalar);
        }
    }

    [PostgresFact]
    public async Task BackUp_OverWhatACrashLeft_BeginsAnewAndRemovesIt()
    {
        var use = lab.CreateDatabase();
        var parent = lab.NewFolder();
        var folder = Path.Combine(parent, "r0");
        foreach (var left in (string[])["r0~new", "r0~new-1", "r0~old-2"])
        {
            Directory.CreateDirectory(Path.Combine(parent, left, "dump"));
            await File.WriteAllTextAsync(Path.Combine(parent, left, "dump", "half"), "");
        }

        Directory.CreateDirectory(Path.Combine(parent, "r0-of-another"));

        var backup = await Copies.BackUpAsync(use.Name, folder, _progress, default);

        Assert.False(File.Exists(Path.Combine(folder, "dump", "half")));
        Assert.Equal(folder, backup.Folder);
        Assert.Equal(["r0", "r0-of-another"], Directory.GetDirectories(parent).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    /// <summary>A <c>pg_dump</c> that has outlived a killed control plane goes on for as long as it can.</summary>
    [PostgresFact]
    public async Task BackUp_EarlierDumpStillWrites_HasNothingOfIt()
    {
        var use = lab.CreateDatabase();
        var parent = lab.NewFolder();
        var (folder, orphans) = (Path.Combine(parent, "r0"), Path.Combine(parent, "r0~new-1", "dump"));
        Directory.CreateDirectory(orphans);
        using var stop = new CancellationTokenSource();
        var (count, writing) = (0, new TaskCompletionSource());
        var orphan = Task.Run(() =>
        {
            try
            {
                while (!stop.IsCancellationRequested)
                {
                    File.WriteAllText(Path.Combine(orphans, $"{++count}.dat.gz"), "old");
                    if (count == 10)
                        writing.SetResult();
                }
            }
            catch (DirectoryNotFoundException)
            {
                // As pg_dump ends, when it cannot make its next file.
            }
        });
        await writing.Task;

        await Copies.BackUpAsync(use.Name, folder, _progress, default);
        await stop.CancelAsync();
        await orphan;

        await Copies.RestoreAsync(folder, use.CopyFor(2), _progress, default);
        Assert.Equal(["r0"], Directory.GetDirectories(parent).Select(Path.GetFileName));
    }

    [PostgresFact]
    public async Task BackUp_Cancelled_LeavesNothing()
    {
        var use = lab.CreateDatabase();
        var parent = lab.NewFolder();
        using var other = lab.Open(use.Name, new("postgres", lab.Options.AdminPassword!));
        other.Execute("BEGIN; LOCK TABLE customers");
        using var stop = new CancellationTokenSource();
        var backingUp = Copies.BackUpAsync(use.Name, Path.Combine(parent, "r0"), _progress, stop.Token);
        await Eventually.TrueAsync(
            () => lab.Execute("postgres", $"SELECT count(*) FROM pg_stat_activity WHERE datname = '{use.Name}' AND wait_event_type = 'Lock'").Scalar == "1",
            () => "pg_dump does not wait for the table");

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => backingUp);
        Assert.Empty(Directory.GetDirectories(parent));
    }

    [PostgresFact]
    public async Task BackUp_NoSuchDatabase_SaysSoWithoutThePassword()
    {
        var failure = await Assert.ThrowsAsync<DatabaseFailedException>(() => Copies.BackUpAsync("nowhere", Path.Combine(lab.NewFolder(), "r0"), _progress, default));

        Assert.Contains("nowhere", failure.Message);
        Assert.DoesNotContain(lab.Options.AdminPassword!, failure.ToString());
    }
}
