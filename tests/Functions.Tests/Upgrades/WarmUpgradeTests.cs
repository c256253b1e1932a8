using System.Text.Json;
using ControlPlane.Core.Databases;
using ControlPlane.Functions.Tests.Site;

namespace ControlPlane.Functions.Tests.Upgrades;

/// <summary>What is done before writes are held, so that little is left for when they are; and when that does not count.</summary>
public sealed class WarmUpgradeTests
{
    private static readonly object Warm = new { group = "shop", mode = "blueGreenWarm", version = "2", bakeSeconds = 0 };

    [Fact]
    public async Task Verify_NobodyHasWrittenSinceTheComparison_IsNotReadAgain()
    {
        await using var site = await UpgradeSite.StartAsync();

        var upgrade = await site.EndAsync(await site.UpgradeAsync(Warm));

        Assert.Equal("Succeeded", upgrade.GetProperty("phase").GetString());
        Assert.Equal([[], [], ["events"], ["events"]], site.Database.LeftOut);
    }

    /// <summary>Nobody has written, and nobody can tell.</summary>
    [Theory]
    [InlineData("a restart")]
    [InlineData(null)]
    public async Task Verify_CountsSayNothing_IsReadAgain(string? since)
    {
        await using var site = await UpgradeSite.StartAsync();
        site.Database.OnCall = what =>
        {
            if (what == "exclude")
                site.Database.CountsSince = since;
        };

        var upgrade = await site.EndAsync(await site.UpgradeAsync(Warm));

        Assert.Equal("Succeeded", upgrade.GetProperty("phase").GetString());
        Assert.Equal([[], [], [], []], site.Database.LeftOut);
    }

    [Fact]
    public async Task PreVerify_WritesAreNotCounted_IsReadAgain()
    {
        await using var site = await UpgradeSite.StartAsync();
        site.Database.CountsSince = null;

        var upgrade = await site.EndAsync(await site.UpgradeAsync(Warm));

        Assert.Equal("Succeeded", upgrade.GetProperty("phase").GetString());
        Assert.Equal([[], [], [], []], site.Database.LeftOut);
    }

    /// <summary>It would not follow again however long writes are held for it.</summary>
    [Theory]
    [InlineData("describe", "LagGate")]
    [InlineData("exclude", "CatchUp")]
    public async Task Follow_CopyStandsStill_ReturnsAtOnce(string at, string step)
    {
        await using var site = await UpgradeSite.StartAsync();
        site.Write();
        site.Database.OnCall = what =>
        {
            if (what == at)
                site.Database.Standstill = "the log is gone";
        };

        var upgrade = await site.EndAsync(await site.UpgradeAsync(Warm));

        Assert.Equal("Returned", upgrade.GetProperty("phase").GetString());
        Assert.Equal($"{step}: the log is gone", upgrade.GetProperty("reason").GetString());
        Assert.Equal(0, upgrade.GetProperty("steps").EnumerateArray().Sum(one => one.TryGetProperty("failures", out var failures) ? failures.GetInt32() : 0));
        var (acknowledged, failed) = await site.StopWritingAsync();
        Assert.Empty(failed);
        Assert.Empty(acknowledged.Except(site.Database.Read("shop")));
    }

    [Fact]
    public async Task Preflight_ServerKeepsItsLogWithoutBound_IsNoted()
    {
        await using var site = await UpgradeSite.StartAsync();
        site.Database.Risk = "mind the disk";

        var upgrade = await site.EndAsync(await site.UpgradeAsync(Warm));

        Assert.Equal("mind the disk", Find(upgrade, "Preflight", "risk"));
    }

    [Fact]
    public async Task StartNew_StatisticsCannotBeGathered_GoesOnWithoutThem()
    {
        await using var site = await UpgradeSite.StartAsync();
        site.Database.OnCall = what =>
        {
            if (what == "gather statistics")
                throw new Core.Databases.DatabaseFailedException("no time");
        };

        var upgrade = await site.EndAsync(await site.UpgradeAsync(Warm));

        Assert.Equal("Succeeded", upgrade.GetProperty("phase").GetString());
        Assert.Equal("left to the server: no time", Find(upgrade, "StartNew", "statistics"));
    }

    /// <summary>More has been counted since than before, and yet it is not the difference.</summary>
    [Theory]
    [InlineData("a restart")]
    [InlineData(null)]
    public async Task Rollback_ServerBeganToCountAnew_CostIsNotKnown(string? since)
    {
        await using var site = await UpgradeSite.StartAsync();
        site.Database.HasReplication = false;
        site.Write();
        var name = await site.UpgradeAsync(new { group = "shop", mode = "blueGreenCold", version = "2", bakeSeconds = 600 });
        await site.StandsAtAsync(name, "Bake");
        await Soon.TrueAsync(() => site.Database.Read("shop_e2").Count > 2 * site.Database.Read("shop").Count, "writes of the new side");

        site.Database.CountsSince = since;

        var cost = (await site.ReadAsync(name)).GetProperty("rollbackCost");
        Assert.Equal(int.MaxValue, cost.GetProperty("lost").GetInt64());
        await site.PostAsync(name, "finish").JsonAsync(System.Net.HttpStatusCode.Accepted);
        await site.EndAsync(name);
    }

    /// <summary>A server that dies and comes back while the way back is made ready does not take it away.</summary>
    [Theory]
    [InlineData(true, "yes")]
    [InlineData(false, "no: it fails")]
    public async Task OpenWrites_TheWayBackCannotBeMadeReady_IsTriedAgainOnlyWhenThatMayPass(bool isPassing, string follows)
    {
        await using var site = await UpgradeSite.StartAsync();
        site.Write();
        var (isApart, failures) = (false, 0);
        site.Database.OnCall = what =>
        {
            isApart |= what == "stop following done";
            if (isApart && what == "follow" && Interlocked.Increment(ref failures) == 1)
                throw new DatabaseFailedException("it fails") { IsPassing = isPassing };
        };

        var upgrade = await site.EndAsync(await site.UpgradeAsync(Warm));

        Assert.Equal("Succeeded", upgrade.GetProperty("phase").GetString());
        Assert.Equal(follows, Find(upgrade, "OpenWrites", "old side follows"));
    }

    private static string? Find(JsonElement upgrade, string step, string what) => upgrade.GetProperty("steps").EnumerateArray()
        .Where(one => one.GetProperty("step").GetString() == step)
        .SelectMany(one => one.GetProperty("findings").EnumerateArray())
        .LastOrDefault(finding => finding.GetProperty("what").GetString() == what) is { ValueKind: JsonValueKind.Object } found
        ? found.GetProperty("value").GetString()
        : null;
}
