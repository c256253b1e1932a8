using ControlPlane.Core.Groups;

namespace ControlPlane.Core.Tests.Groups;

public sealed class GroupTests
{
    private static readonly Group Both = Group.First("shop", "shop") with { Green = new Side { Epoch = 2, Database = "shop_e2" }, Issued = 2 };

    [Fact]
    public void First_NewGroup_ServesTheFirstEpochFromBlue()
    {
        var group = Group.First("shop", "shop");

        Assert.Equal((Colour.Blue, 1, "shop"), (group.Live, group.Epoch, group.LiveSide.Database));
        Assert.True(group.Serves(1));
        Assert.False(group.Serves(2));
        Assert.Null(group.IdleSide);
    }

    [Fact]
    public void Flip_OtherSideIsThere_ChangesAppDatabaseAndEpochAtOnce()
    {
        var group = Both.Flip(2);

        Assert.Equal((Colour.Green, 2, "shop_e2"), (group.Live, group.Epoch, group.LiveSide.Database));
        Assert.True(group.Serves(2));
        Assert.False(group.Serves(1));
    }

    [Fact]
    public void Flip_ThereAndBack_RaisesTheEpochTwiceAndServesTheOldNodes()
    {
        var group = Both.Flip(2).Flip(3);

        Assert.Equal((Colour.Blue, 3, 3), (group.Live, group.Epoch, group.Issued));
        Assert.True(group.Serves(1));
        Assert.False(group.Serves(2));
    }

    [Fact]
    public void Flip_EpochDoesNotRise_Throws() => Assert.Throws<InvalidOperationException>(() => Both.Flip(1));

    [Fact]
    public void Flip_NoOtherSide_Throws() => Assert.Throws<InvalidOperationException>(() => Group.First("shop").Flip(2));
}
