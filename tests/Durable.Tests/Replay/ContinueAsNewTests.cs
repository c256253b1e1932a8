using ControlPlane.Durable.Protocol;
using static ControlPlane.Durable.Tests.Replay.History;

namespace ControlPlane.Durable.Tests.Replay;

public sealed class ContinueAsNewTests
{
    private static Sample Loop(bool keepEvents = true) => Sample.Of<int, int>(async (context, generation) =>
    {
        await context.CallActivity("Buy");
        context.ContinueAsNew(generation + 1, keepEvents);
        return 0;
    });

    [Fact]
    public void Execute_ContinueAsNew_CarriesEventsThatNobodyTook()
    {
        var response = Loop().Run([], [TurnStarted(), Started("1"), Raised("a", "1"), Scheduled(0, "Buy"), Completed(0), Raised("B", "2")]);

        var completion = response.Completion();
        Assert.Equal(OrchestrationStatus.ContinuedAsNew, completion.OrchestrationStatus);
        Assert.Equal("2", completion.Result);
        Assert.Equal(["a1", "B2"], completion.CarryoverEvents.Select(carried => carried.EventRaised.Name + carried.EventRaised.Input));
        Assert.All(completion.CarryoverEvents, carried => Assert.Equal(-1, carried.EventId));
    }

    [Fact]
    public void Execute_ContinueAsNewWithoutEvents_DropsThem()
    {
        var response = Loop(keepEvents: false).Run([], [TurnStarted(), Started("1"), Raised("a"), Scheduled(0, "Buy"), Completed(0)]);

        Assert.Empty(response.Completion().CarryoverEvents);
    }

    [Fact]
    public void Execute_NextGeneration_StartsFromCarriedEventsAndATrailingTurnEnd()
    {
        var sample = Sample.Of<int, string>(async (context, generation) => $"{generation} {await context.WaitForEvent<int>("a")}");

        var response = sample.Run([], [TurnStarted(), Started("2"), Raised("a", "1"), TurnCompleted()]);

        Assert.Equal("\"2 1\"", response.Output());
    }

    [Fact]
    public void Execute_OpenTaskAtContinueAsNew_WaitsForIt()
    {
        var sample = Sample.Of(context =>
        {
            _ = context.CallActivity("Notify");
            context.ContinueAsNew(null);
            return Task.FromResult(0);
        });

        Assert.Equal("0:Notify", sample.First().Actions());
        Assert.Equal("1:ContinuedAsNew", sample.First(Scheduled(0, "Notify"), Completed(0)).Actions());
    }

    [Fact]
    public void Execute_EventAfterContinueAsNew_IsCarriedPastItsWaiter()
    {
        var sample = Sample.Of(async context =>
        {
            _ = context.WaitForEvent<int>("a");
            context.ContinueAsNew(null);
            await context.CallActivity("Buy");
        });

        var completion = sample.First(Scheduled(0, "Buy"), Raised("a", "1"), Completed(0)).Completion();

        Assert.Single(completion.CarryoverEvents);
    }

    [Fact]
    public void Execute_FaultAfterContinueAsNew_Fails()
    {
        var sample = Sample.Of(context =>
        {
            context.ContinueAsNew(null);
            throw new InvalidOperationException("broken");
        });

        Assert.Equal("broken", sample.First().Failure().ErrorMessage);
    }
}
