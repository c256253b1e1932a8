using ControlPlane.Core.Scaling;

namespace ControlPlane.Core.Tests.Scaling;

public sealed class GroupStateTests
{
    [Fact]
    public void AfterFailure_InARow_WaitsTwiceAsLongEachTimeUpToFiveMinutes()
    {
        var state = new GroupState();
        var waits = new List<double>();

        for (var failure = 0; failure < 11; failure++)
        {
            state = state.AfterFailure("why", Group.Now);
            waits.Add((state.RetryAt!.Value - Group.Now).TotalSeconds);
        }

        Assert.Equal([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300], waits);
        Assert.Equal((11, "why"), (state.Failures, state.FailureReason));
    }

    [Fact]
    public void AfterFailure_VeryManyInARow_StaysAtFiveMinutes()
    {
        var state = new GroupState { Failures = int.MaxValue - 1 };

        Assert.Equal(Group.Now.AddMinutes(5), state.AfterFailure("why", Group.Now).RetryAt);
    }

    [Fact]
    public void AfterStart_ForgetsTheFailuresAndNothingElse()
    {
        var state = new GroupState { Sequence = 7, Target = 3, Samples = "BI", NextInstance = 9 };

        Assert.Equal(state, state.AfterFailure("why", Group.Now).AfterStart());
    }
}
