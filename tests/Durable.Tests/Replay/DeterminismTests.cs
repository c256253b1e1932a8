using ControlPlane.Durable.Model;
using ControlPlane.Durable.Protocol;
using ControlPlane.Durable.Replay;
using static ControlPlane.Durable.Tests.Replay.History;

namespace ControlPlane.Durable.Tests.Replay;

public sealed class DeterminismTests
{
    private static readonly Sample Buys = Sample.Of(async context =>
    {
        await context.CallActivity("Buy");
        await context.CallActivity("Sell");
    });

    public static TheoryData<HistoryEvent, string> OtherHistories => new()
    {
        { Scheduled(0, "Rent"), "history has activity 'Rent' as #0, and the code asked for activity 'Buy'" },
        { Scheduled(1, "Buy"), "history has activity 'Buy' as #1, and the code did not ask for it" },
        { TimerCreated(0), "history has a timer as #0, and the code asked for activity 'Buy'" },
        { ChildCreated(0, "Buy"), "history has sub-orchestration 'Buy' as #0, and the code asked for activity 'Buy'" },
        { Sent(0, "Buy"), "history has a sent event 'Buy' as #0, and the code asked for activity 'Buy'" },
    };

    [Theory]
    [MemberData(nameof(OtherHistories))]
    public void Execute_HistoryOfOtherCode_FailsAndDoesNothingElse(HistoryEvent recorded, string message)
    {
        var response = Buys.Run([TurnStarted(), Started(), recorded], [TurnStarted(1), Completed(0)]);

        Assert.Single(response.Actions);
        Assert.Equal(typeof(NonDeterminismException).FullName, response.Failure().ErrorType);
        Assert.Contains(message, response.Failure().ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void Execute_ActivityNameInOtherCase_IsTheSame() =>
        Assert.Equal("1:Sell", Buys.First(Scheduled(0, "BUY"), Completed(0)).Actions());

    [Fact]
    public void Execute_ConfirmationMissing_TheActionIsReturnedAgain() =>
        Assert.Equal("0:Buy", Buys.Run([TurnStarted(), Started()], [TurnStarted(1)]).Actions());

    [Fact]
    public void Execute_UnknownEvents_AreIgnored()
    {
        // Field 30 (executionRewound) with an empty message: tag (30 << 3) | 2 as a varint, length 0.
        var unknown = HistoryEvent.Parser.ParseFrom([0xF2, 0x01, 0x00]);

        Assert.Equal("0:Buy", Buys.First(unknown, new HistoryEvent { GenericEvent = new() }).Actions());
    }

    [Fact]
    public void Execute_ForeignTaskAwaited_FailsClearly()
    {
        var never = new TaskCompletionSource();
        var sample = Sample.Of(async _ => await never.Task);

        var failure = sample.First().Failure();

        Assert.Equal(typeof(NonDeterminismException).FullName, failure.ErrorType);
        Assert.Contains("not a task of its context", failure.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void Execute_ForeignTaskEndsAfterTheTurn_TheCodeDoesNotRunOn()
    {
        var foreign = new TaskCompletionSource();
        var ranOn = false;
        var sample = Sample.Of(async _ =>
        {
            await foreign.Task;
            ranOn = true;
        });
        sample.First();

        foreign.SetResult();

        Assert.False(ranOn);
    }

    [Fact]
    public void Execute_TaskYield_StaysInTheTurn()
    {
        var sample = Sample.Of(async context =>
        {
            await Task.Yield();
            await context.CallActivity("Buy");
        });

        Assert.Equal("0:Buy", sample.First().Actions());
    }

    [Fact]
    public void Execute_WhenAny_ContinuesBeforeTheNextEvent()
    {
        var sample = Sample.Of(async context =>
        {
            var buy = context.CallActivity<string>("Buy");
            var sell = context.CallActivity<string>("Sell");
            var first = await Task.WhenAny(buy, sell);
            return first == buy && !sell.IsCompleted;
        });

        Assert.Equal("true", sample.First(Scheduled(0, "Buy"), Scheduled(1, "Sell"), Completed(0), Completed(1)).Output());
    }

    [Fact]
    public void Execute_ManyTasksInOneAwait_DoesNotRunOutOfStack()
    {
        const int count = 20_000;
        var sample = Sample.Of(async context =>
        {
            for (var call = 0; call < count; call++)
                await context.CallActivity("Buy");
            return "done";
        });

        var response = sample.First([.. Enumerable.Range(0, count).SelectMany(id => new[] { Scheduled(id, "Buy"), Completed(id) })]);

        Assert.Equal("\"done\"", response.Output());
    }

    [Fact]
    public void Execute_NewGuid_IsTheSameOnReplayAndFollowsTheSdk()
    {
        var sample = Sample.Of(context => Task.FromResult($"{context.NewGuid()} {context.NewGuid()}"));

        var first = sample.First().Output();

        Assert.Equal(first, sample.First().Output());
        // uuid.uuid5(uuid.UUID("9e952958-5e33-4daf-827f-2fa12937b875"), "i_2026-01-01T00:00:00.0000000Z_0"), and with _1.
        Assert.Equal("\"d2c4d38c-0b99-56cb-a524-f3ca74b8d439 a32e5a8e-a313-5b99-b1d0-1803011b54dc\"", first);
    }

    [Fact]
    public void Execute_Now_IsTheTimeOfTheTurn()
    {
        var sample = Sample.Of(async context =>
        {
            var before = context.Now;
            await context.CallActivity("Buy");
            return (context.Now - before).TotalSeconds;
        });

        Assert.Equal("5", sample.Run([TurnStarted(), Started(), Scheduled(0, "Buy")], [TurnStarted(5), Completed(0)]).Output());
    }

    [Fact]
    public void Execute_IsReplaying_IsTrueForPastEventsOnly()
    {
        var sample = Sample.Of(async context =>
        {
            var before = context.IsReplaying;
            await context.CallActivity("Buy");
            return $"{before} {context.IsReplaying}";
        });

        Assert.Equal("\"True False\"", sample.Run([TurnStarted(), Started(), Scheduled(0, "Buy")], [TurnStarted(1), Completed(0)]).Output());
    }

    [Fact]
    public void Execute_UnknownOrchestrator_Fails()
    {
        var response = new OrchestratorExecutor(new()).Execute(new() { InstanceId = "i", NewEvents = { TurnStarted(), Started() } });

        Assert.Equal("There is no orchestrator named 'Sample'.", response.Failure().ErrorMessage);
    }

    [Fact]
    public void Execute_InputThatDoesNotFit_Fails()
    {
        var sample = Sample.Of<int, int>((_, input) => Task.FromResult(input));

        Assert.Equal(typeof(System.Text.Json.JsonException).FullName, sample.Run([], [TurnStarted(), Started("\"text\"")]).Failure().ErrorType);
    }
}
