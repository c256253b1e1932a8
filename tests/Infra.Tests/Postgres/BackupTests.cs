using ControlPlane.Core.Databases;

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
    public async Task BackUp_NoSuchDatabase_SaysSoWithoutThePassword()
    {
        var failure = await Assert.ThrowsAsync<DatabaseFailedException>(() => Copies.BackUpAsync("nowhere", Path.Combine(lab.NewFolder(), "r0"), _progress, default));

        Assert.Contains("nowhere", failure.Message);
        Assert.DoesNotContain(lab.Options.AdminPassword!, failure.ToString());
    }
}
