using ControlPlane.Core.Groups;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Tests.Site;

namespace ControlPlane.Functions.Tests.Holding;

public sealed class SideTests(UntendedHost shared) : IClassFixture<UntendedHost>
{
    private readonly TestHost _host = shared.Host;

    [Fact]
    public async Task Run_TagOfTheGroup_GoesToTheSideThatServesOnly()
    {
        await using var site = await TwoSides.StartAsync(_host);

        for (var i = 0; i < 6; i++)
            Assert.Equal($"\"{site.Blue.Name}\"", await site.RunAsync());

        var pressure = await _host.Get<PressureReader>().ReadAsync(site.Tag, default);
        Assert.Equal(site.Blue.Name, Assert.Single(pressure.Backends).Name);
    }

    [Fact]
    public async Task Run_PreviewTag_GoesToTheOtherSideAndIsNeverHeld()
    {
        await using var site = await TwoSides.StartAsync(_host);
        await site.GateAsync(Gate.Closed);

        var before = await _host.RunAsync($"{site.Tag}@preview").TextAsync();
        await site.ChangeAsync(group => group.Flip(2));
        var after = await _host.RunAsync($"{site.Tag}@preview").TextAsync();

        Assert.Equal(($"\"{site.Green.Name}\"", $"\"{site.Blue.Name}\""), (before, after));
    }

    [Fact]
    public async Task Run_InstanceOfAnEarlierEpoch_GetsNothing()
    {
        await using var site = await TwoSides.StartAsync(_host);
        await using var zombie = await FakeEngine.StartAsync(_host.NewName("b"));
        await site.JoinAsync(zombie, epoch: 7);

        for (var i = 0; i < 6; i++)
            await site.RunAsync();
        await _host.RunAsync($"{site.Tag}@preview").TextAsync();
        await _host.RunAsync(site.Tag, "AllBackends").TextAsync();

        Assert.Empty(zombie.Runs);
    }

    [Fact]
    public async Task Run_BackendAddedByHand_ServesWhicheverSideDoes()
    {
        await using var site = await TwoSides.StartAsync(_host);
        await using var byHand = await site.AddByHandAsync(weight: 1000);
        await site.ChangeAsync(group => group.Flip(2));

        Assert.Equal($"\"{byHand.Name}\"", await site.RunAsync());
    }

    [Fact]
    public async Task Run_PreviewOfAGroupThatWasNeverUpgraded_LeadsNowhere()
    {
        var tag = _host.NewName();
        await using var engine = await _host.StartEngineAsync(tag);

        await _host.RunAsync($"{tag}@preview").ProblemAsync(404, "no_tag_match");
    }

    [Theory]
    [InlineData("/backend/add", "name=x&url=127.0.0.1:1&tag=a@preview", "tag")]
    [InlineData("/monitor/add", "name=x&tag=a@preview", "tag")]
    public async Task Add_PreviewTag_IsRefusedWithItsField(string path, string form, string field)
    {
        var problem = await _host.PostAsync(path, form).ProblemAsync(400, "invalid_request");

        Assert.Contains("@preview", problem.Fields[field], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_GroupAndMetrics_TellEpochSideGateAndHeld()
    {
        await using var site = await TwoSides.StartAsync(_host);
        await site.RunAsync();
        await site.ChangeAsync(group => group.Flip(5) with { Gate = Gate.Closed });
        var held = site.RunAsync();
        await site.HeldAsync(1);

        var serving = (await _host.GetJsonAsync($"/v1/groups/{site.Tag}")).GetProperty("serving");
        var metrics = await _host.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative));

        Assert.Equal((5, "Green", "Closed"), (serving.GetProperty("epoch").GetInt64(), serving.GetProperty("live").GetString(), serving.GetProperty("gate").GetString()));
        Assert.Equal(1, serving.GetProperty("held").GetProperty("now").GetInt32());
        Assert.Equal(1, serving.GetProperty("sides")[0].GetProperty("writesSent").GetInt32());
        Assert.Contains($"controlplane_held_requests{{group=\"{site.Tag}\"}} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains($"controlplane_group_epoch{{group=\"{site.Tag}\"}} 5\n", metrics, StringComparison.Ordinal);
        await site.GateAsync(Gate.Open);
        await held;
    }
}
