using ControlPlane.Core.Groups;
using ControlPlane.Core.Upgrades;
using ControlPlane.Functions.Databases;
using ControlPlane.Functions.Registry;
using ControlPlane.Functions.Tests.Site;
using ControlPlane.Functions.Upgrades;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Tests.Upgrades;

/// <summary>Only the upgrade that has the lease changes a group, and of its attempts only those at its latest step.</summary>
public sealed class GroupBookTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly GroupBook _book = shared.Host.Get<GroupBook>();

    [Fact]
    public async Task Change_AttemptAtAnEarlierStep_IsRefusedAndNothingChanges()
    {
        var monitor = await LeaseAsync("u1");
        await _book.ChangeAsync(SceneOf(monitor, "u1", step: 2), group => group with { Gate = Gate.WritesHeld }, default);

        await Assert.ThrowsAsync<InvalidOperationException>(() => _book.ChangeAsync(SceneOf(monitor, "u1", step: 1), group => group.Flip(2), default));
        await Assert.ThrowsAsync<InvalidOperationException>(() => _book.ChangeAsync(SceneOf(monitor, "u2", step: 9), group => group.Flip(2), default));

        var group = await _book.ReadAsync(monitor, default);
        Assert.Equal((Colour.Blue, 1, Gate.WritesHeld, "u1"), (group.Live, group.Epoch, group.Gate, group.Upgrade));
    }

    [Fact]
    public async Task Release_Switched_ForgetsTheSideThatDoesNotServe()
    {
        var monitor = await LeaseAsync("u1");
        await _book.ChangeAsync(SceneOf(monitor, "u1", step: 1), group => group.Flip(2), default);

        await _book.ReleaseAsync(SceneOf(monitor, "u1", step: 1), default);
        await _book.ReleaseAsync(SceneOf(monitor, "u1", step: 1), default);

        var group = await _book.ReadAsync(monitor, default);
        Assert.Equal((Colour.Green, 2, null), (group.Live, group.Epoch, group.Upgrade));
        Assert.Equal((2, null), (group.LiveSide.Epoch, group.IdleSide));
    }

    private async Task<Monitor> LeaseAsync(string upgrade)
    {
        var tag = shared.Host.NewName("g");
        var monitor = new Monitor { Id = 1, Name = tag, Tag = tag, Min = 1, Max = 2, Provider = "local", Strategy = "Threshold", Profile = "generic" };
        var row = Group.First(tag) with { Green = new Side { Epoch = 2 }, Upgrade = upgrade, Issued = 2 };
        Assert.Null((await shared.Host.Get<Registry<Group>>().AddAsync(row)).Problem);
        return monitor;
    }

    private static Scene SceneOf(Monitor monitor, string upgrade, int step) =>
        new(SampleUpgrade.Of(upgrade, monitor.Tag, [.. Enumerable.Repeat(UpgradeStep.Fence, step)]), monitor, new DatabaseServers([]));
}
