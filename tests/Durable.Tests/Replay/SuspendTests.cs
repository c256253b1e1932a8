using ControlPlane.Durable.Protocol;
using static ControlPlane.Durable.Tests.Replay.History;

namespace ControlPlane.Durable.Tests.Replay;

public sealed class SuspendTests
{
    private static readonly Sample TwoSteps = Sample.Of(async context =>
        await context.CallActivity<string>("Buy") + await context.CallActivity<string>("Sell"));

    private static readonly HistoryEvent[] Waiting = [TurnStarted(), Started(), Scheduled(0, "Buy"), TurnCompleted()];

    [Fact]
    public void Execute_CompletionWhileSuspended_WaitsForResume()
    {
        HistoryEvent[] held = [TurnStarted(1), Suspended(), Completed(0, "\"a\"")];

        var suspended = TwoSteps.Run(Waiting, held);
        var resumed = TwoSteps.Run([.. Waiting, .. held, TurnCompleted()], [TurnStarted(2), Resumed()]);

        Assert.Equal("", suspended.Actions());
        Assert.Equal("1:Sell", resumed.Actions());
    }

    [Fact]
    public void Execute_SuspendedWithActionsPending_ReturnsThemAfterResume()
    {
        HistoryEvent[] held = [TurnStarted(1), Completed(0, "\"a\""), Suspended()];

        var suspended = TwoSteps.Run(Waiting, held);
        var resumed = TwoSteps.Run([.. Waiting, .. held, TurnCompleted()], [TurnStarted(2), Resumed()]);

        Assert.Equal("", suspended.Actions());
        Assert.Equal("1:Sell", resumed.Actions());
    }

    [Fact]
    public void Execute_FinishedInTheTurnThatSuspends_CompletesAfterResume()
    {
        HistoryEvent[] past = [.. Waiting, TurnStarted(1), Completed(0, "\"a\""), Scheduled(1, "Sell"), TurnCompleted()];
        HistoryEvent[] held = [TurnStarted(2), Completed(1, "\"b\""), Suspended()];

        var suspended = TwoSteps.Run(past, held);
        var resumed = TwoSteps.Run([.. past, .. held, TurnCompleted()], [TurnStarted(3), Resumed()]);

        Assert.Equal("", suspended.Actions());
        Assert.Equal("\"ab\"", resumed.Output());
    }

    [Fact]
    public void Execute_SuspendedTwice_OneResumeIsEnough()
    {
        var response = TwoSteps.Run(Waiting, [TurnStarted(1), Suspended(), Suspended(), Completed(0, "\"a\""), Resumed()]);

        Assert.Equal("1:Sell", response.Actions());
    }

    [Fact]
    public void Execute_SuspendedBeforeItStarted_StartsAfterResume()
    {
        HistoryEvent[] held = [TurnStarted(), Suspended(), Started()];

        Assert.Equal("", TwoSteps.Run([], held).Actions());
        Assert.Equal("0:Buy", TwoSteps.Run(held, [TurnStarted(1), Resumed()]).Actions());
    }

    [Fact]
    public void Execute_TerminatedWhileSuspended_Terminates()
    {
        var response = TwoSteps.Run(Waiting, [TurnStarted(1), Completed(0, "\"a\""), Suspended(), Terminated("\"enough\"")]);

        Assert.Equal("2:Terminated", response.Actions());
    }

    [Fact]
    public void Execute_ResumedWithoutSuspend_IsIgnored() =>
        Assert.Equal("1:Sell", TwoSteps.Run(Waiting, [TurnStarted(1), Resumed(), Completed(0, "\"a\"")]).Actions());
}
