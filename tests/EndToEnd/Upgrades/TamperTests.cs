using ControlPlane.TestKit;

namespace ControlPlane.EndToEnd.Upgrades;

[Collection(OnTheGround.Name)]
public sealed class TamperTests(Ground ground, ITestOutputHelper output)
{
    /// <summary>A row that comes out otherwise in another database: it says where it is.</summary>
    private const string Chameleon = $"""
        create function place(id int) returns text immutable language sql as $$ select case when id = 7 then current_database()::text end $$;
        create table chameleon (id int primary key, place text generated always as (place(id)) stored);
        insert into chameleon select n from generate_series(1, 100) n;
        alter table chameleon owner to {Ground.Owner};
        """;

    [PostgresFact]
    public async Task Cold_WhenOneRowIsNotAsItWas_ReturnsByItselfAndNamesTheTable()
    {
        await using var shop = await Shop.OpenAsync(ground, "tamper", sql: Chameleon);

        var upgrade = await shop.UpgradeAsync("blueGreenCold");

        await CheckCaughtAsync(shop, upgrade, "chameleon");
    }

    /// <summary>The one table has been found equal already when it is changed, and nobody writes to its original; the other is written to all the time.</summary>
    [PostgresTheory]
    [InlineData("tamper_calm", "calm", "update calm set body = 'changed' where id = 7")]
    [InlineData("tamper_events", "events", "delete from events where id = (select min(id) from events)")]
    public async Task Warm_WhenOneRowOfTheCopyIsChanged_ReturnsByItselfAndNamesTheTable(string name, string table, string sql)
    {
        await using var shop = await Shop.OpenAsync(ground, name);
        var upgrade = await shop.UpgradeAsync("blueGreenWarm", ("approve", true));
        await shop.AwaitStepAsync(upgrade, "Approve");

        await shop.Server.SqlAsync(sql, $"{name}_e2");

        await CheckCaughtAsync(shop, upgrade, table);
    }

    private async Task CheckCaughtAsync(Shop shop, string upgrade, string table)
    {
        var end = await EndState.ReachAsync(shop, upgrade);
        output.WriteLine(end.Upgrade.ToString());
        Assert.Equal("Returned", end.Upgrade.Phase);
        Assert.Equal("Blue", end.Serving.Live);
        Assert.StartsWith("Verify: ", end.Upgrade.Reason, StringComparison.Ordinal);
        Assert.Contains(table, end.Upgrade.Reason, StringComparison.Ordinal);
    }
}
