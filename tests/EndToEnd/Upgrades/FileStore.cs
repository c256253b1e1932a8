using Microsoft.Data.Sqlite;

namespace ControlPlane.EndToEnd.Upgrades;

/// <summary>Databases in files. Whoever looks into one has it open meanwhile, which a fence would find.</summary>
internal sealed class FileStore(string folder) : IStore
{
    static FileStore() => SQLitePCL.Batteries_V2.Init();

    public string FileOf(string database) => Path.Combine(folder, database + ".db");

    /// <summary>A database at version 1, with some rows that nobody writes to.</summary>
    public void Create(string name) => Read(name, """
        pragma journal_mode = wal;
        create table events (id text primary key, body text, at text default current_timestamp);
        create table calm (id integer primary key autoincrement, body text);
        with recursive n(i) as (select 1 union all select i + 1 from n where i < 20000) insert into calm (body) select 'ballast ' || i from n;
        pragma user_version = 1;
        """);

    public Task<IReadOnlyList<string>> ReadIdsAsync(string database) => Task.FromResult(Read(database, "select id from events"));

    /// <summary>The first column of all rows.</summary>
    public IReadOnlyList<string> Read(string database, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={FileOf(database)};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var rows = command.ExecuteReader();
        var values = new List<string>();
        while (rows.Read())
            values.Add(rows.GetString(0));
        return values;
    }

    public Task CheckAsync(EndState end)
    {
        var (name, side) = (end.Shop.Name, end.Serving.LiveSide);
        var accounts = new DirectoryInfo(Path.Combine(folder, "access")).GetFileSystemInfos($"{name}_*").OrderBy(entry => entry.Name, StringComparer.Ordinal).ToList();
        Assert.Equal([$"{name}_app_{side.Epoch}.db", $"{name}_read_{side.Epoch}.db"], accounts.Select(entry => entry.Name));
        Assert.All(accounts, entry => Assert.Equal($"../{side.Database ?? name}.db", entry.LinkTarget));
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(folder, $"{name}*"), path => path.Contains('~', StringComparison.Ordinal));
        if (end.Upgrade is { Phase: "Returned", To: { } to } && to.Database != end.Upgrade.From!.Database && to.Database != name)
            Assert.Empty(Directory.EnumerateFiles(folder, $"{to.Database}.db*"));
        return Task.CompletedTask;
    }
}
