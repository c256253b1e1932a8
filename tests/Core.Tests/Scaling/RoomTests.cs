using ControlPlane.Core.Scaling;

namespace ControlPlane.Core.Tests.Scaling;

public sealed class RoomTests
{
    private const string Reason = "the budget \"night\" allows 12 cores, 11 in use";

    [Fact]
    public void Decide_BudgetIsTighterThanTheNeed_SaysWhichBudget()
    {
        var view = Group.Of(3, 5, "serving 1") with { Room = new Room(1, Room.Budget, Reason) };

        var (decision, _) = view.Decide();

        Assert.Equal(new Clamp("budget", 3, 2, Reason), Assert.Single(decision.Clamps, clamp => clamp.Name == "budget"));
        Assert.Single(decision.Start);
        Assert.Contains(Reason, decision.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_MoreWasOrderedThanThereIsRoomFor_StartsNone()
    {
        var view = Group.Of(3, 5, "serving 1") with { Room = Room.Of(-2) };

        var (decision, _) = view.Decide();

        Assert.Equal((1, 0), (decision.Desired, decision.Start.Count));
    }

    [Fact]
    public void Decide_SlotIsAskedBack_ItsInstanceIsNotCalledBack()
    {
        var view = Group.Of(2, 5, "serving 1", "recalled 1") with { Room = Room.Of(0) };

        var (decision, _) = view.Decide();

        Assert.Empty(decision.Reclaim);
        Assert.Equal("slots", Assert.Single(decision.Clamps, clamp => clamp.Name == "slots").Name);
    }
}
