using ControlPlane.TestKit;

namespace ControlPlane.EndToEnd.Upgrades;

/// <summary>Databases on a PostgreSQL server.</summary>
internal sealed class ServerStore(Postgres server) : IStore
{
    public async Task<IReadOnlyList<string>> ReadIdsAsync(string database) =>
        (await server.SqlAsync("select id from events", database)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public async Task CheckAsync(EndState end)
    {
        await CheckAccountsAsync(end);
        await CheckLeftoversAsync(end);
    }

    /// <summary>Exactly one account may log in, and the times at which accounts wrote to what serves now do not overlap.</summary>
    private async Task CheckAccountsAsync(EndState end)
    {
        var (name, side) = (end.Shop.Name, end.Serving.LiveSide);
        var logins = await server.SqlAsync($"select rolname from pg_roles where rolname ~ '^{name}_app_[0-9]+$' and rolcanlogin");
        Assert.Equal($"{name}_app_{side.Epoch}", logins);
        var turns = await server.SqlAsync(
            "select count(*) from (select by, lag(by) over (order by moment, id) as before from events) e where by is distinct from before",
            side.Database ?? name);
        Assert.InRange(int.Parse(turns), 1, 3);
    }

    private async Task CheckLeftoversAsync(EndState end)
    {
        var (name, upgrade) = (end.Shop.Name, end.Upgrade);
        Assert.Equal("0", await server.SqlAsync($"select count(*) from pg_subscription s join pg_database d on d.oid = s.subdbid where d.datname like '{name}%'"));
        Assert.Equal("0", await server.SqlAsync($"select count(*) from pg_replication_slots where database like '{name}%'"));
        var databases = (await server.SqlAsync($"select datname from pg_database where datname like '{name}%' order by 1")).Split('\n');
        Assert.DoesNotContain(databases, database => database.EndsWith("~new", StringComparison.Ordinal));
        if (upgrade.Phase == "Returned" && upgrade.To is { } to && to.Database != upgrade.From!.Database && to.Database != name)
            Assert.DoesNotContain(to.Database, databases);
    }
}
