using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ControlPlane.TestKit;

namespace ControlPlane.EndToEnd.Upgrades;

[Collection(OnTheGround.Name)]
public sealed class ModeTests(Ground ground, ITestOutputHelper output)
{
    [PostgresTheory]
    [InlineData("cold", "blueGreenCold", "dump")]
    [InlineData("tmpl", "blueGreenCold", "template")]
    [InlineData("warm", "blueGreenWarm", "dump")]
    [InlineData("stop", "stopAll", "dump")]
    public async Task Upgrade_UnderLoad_LosesAndFailsNothing(string name, string mode, string copy)
    {
        await using var shop = await Shop.OpenAsync(ground, name);
        var before = shop.Writers.Reads;

        var upgrade = await shop.UpgradeAsync(mode, ("copy", copy));
        var end = await EndState.ReachAsync(shop, upgrade);

        output.WriteLine($"{end.Upgrade}; {end.Ids.Count} ids, {shop.Writers.Reads - before} reads");
        Assert.Equal("Succeeded", end.Upgrade.Phase);
        Assert.Equal(Ways.StepsOf(mode), end.Upgrade.Plan);
        Assert.Equal("2", end.Serving.LiveSide.Version);
        Assert.True(end.Serving.Epoch > 1, "the epoch has not risen");
        Assert.Equal(mode == "stopAll" ? name : $"{name}_e2", end.Serving.LiveSide.Database);
        Assert.Equal("2", await shop.Server.SqlAsync("select max(version) from engine_schema", end.Serving.LiveSide.Database!));
        Assert.Equal("4712", await shop.Server.SqlAsync("select nextval('receipts')", end.Serving.LiveSide.Database!));
        await CheckReportAsync(shop, upgrade);
    }

    [PostgresFact]
    public async Task Rolling_UnderLoad_LosesAndFailsNothing()
    {
        await using var shop = await Shop.OpenAsync(ground, "roll");

        var upgrade = await shop.UpgradeAsync("rolling", ("version", "1"), ("profile", Ground.SlowMigration));
        var end = await EndState.ReachAsync(shop, upgrade);

        output.WriteLine(end.Upgrade.ToString());
        Assert.Equal("Succeeded", end.Upgrade.Phase);
        await CheckReportAsync(shop, upgrade);
    }

    [PostgresFact]
    public async Task Rehearse_UnderLoad_MeasuresTheMigrationAndChangesNothing()
    {
        await using var shop = await Shop.OpenAsync(ground, "rehearse", Ground.SlowMigration);

        var upgrade = await shop.UpgradeAsync("blueGreenCold", ("rehearse", true));
        var row = await shop.AwaitEndAsync(upgrade);
        output.WriteLine(row.ToString());

        Assert.Equal("Succeeded", row.Phase);
        Assert.InRange(double.Parse(row.Find("Migrate", "seconds")!), 4, 30);
        await EndState.ReachAsync(shop, upgrade);
        Assert.Equal("rehearse", await shop.Server.SqlAsync("select datname from pg_database where datname like 'rehearse%'"));
    }

    /// <summary>With nothing but what stands in the answer.</summary>
    private static async Task CheckReportAsync(Shop shop, string upgrade)
    {
        var answer = await shop.Site.Client.GetAsync($"/v1/upgrades/{upgrade}/report");
        Assert.Equal(200, answer.Status);
        var report = JsonSerializer.Deserialize<SignedReport>(answer.Body, JsonSerializerOptions.Web)!;
        using var key = ECDsa.Create();
        key.ImportFromPem(report.PublicKey);
        bool IsSigned(string text) => key.VerifyData(
            Encoding.UTF8.GetBytes(text), Convert.FromBase64String(report.Signature), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        Assert.True(IsSigned(report.Report), "the signature does not fit the report");
        Assert.False(IsSigned(report.Report.Replace("Succeeded", "Returned", StringComparison.Ordinal)), "the signature fits anything");
    }

    private sealed record SignedReport(string Report, string PublicKey, string Signature);
}
