using ControlPlane.Durable.Protocol;
using static ControlPlane.Durable.Tests.Replay.History;

namespace ControlPlane.Durable.Tests.Replay;

public sealed class TerminateTests
{
    private static readonly Sample Waits = Sample.Of(context => context.WaitForEvent<string>("go"));

    [Fact]
    public void Execute_TerminatedInTheFirstTurn_Terminates()
    {
        var completion = Waits.First(Terminated("\"enough\"")).Completion();

        Assert.Equal(OrchestrationStatus.Terminated, completion.OrchestrationStatus);
        Assert.Equal("\"enough\"", completion.Result);
    }

    [Fact]
    public void Execute_TerminatedWhileWaiting_Terminates() =>
        Assert.Equal("0:Terminated", Waits.Run([TurnStarted(), Started(), TurnCompleted()], [TurnStarted(1), Terminated()]).Actions());

    [Fact]
    public void Execute_TerminatedTwice_TheFirstCounts() =>
        Assert.Equal("\"first\"", Waits.First(Terminated("\"first\""), Terminated("\"second\"")).Completion().Result);

    [Fact]
    public void Execute_TerminatedThenFinished_StaysTerminated() =>
        Assert.Equal("0:Terminated", Waits.First(Terminated(), Raised("go")).Actions());

    [Fact]
    public void Execute_ContinueAsNewThenTerminated_Terminates()
    {
        var sample = Sample.Of(async context =>
        {
            context.ContinueAsNew(2);
            await context.CallActivity("Buy");
        });

        Assert.Equal("1:Terminated", sample.First(Scheduled(0, "Buy"), Terminated(), Completed(0)).Actions());
    }
}
