using static ControlPlane.Durable.Tests.Replay.History;

namespace ControlPlane.Durable.Tests.Replay;

public sealed class ExternalEventTests
{
    private static readonly Sample WithDeadline = Sample.Of(async context =>
    {
        var first = await context.WaitForEvent<string>("go", TimeSpan.FromMinutes(1));
        var second = await context.WaitForEvent<string>("go");
        return $"{first.Received}:{first.Value},{second}";
    });

    [Fact]
    public void Execute_EventBeforeWaiter_IsKept()
    {
        var sample = Sample.Of(async context =>
        {
            await context.CallActivity("Buy");
            return await context.WaitForEvent<string>("go");
        });

        Assert.Equal("\"now\"", sample.First(Raised("go", "\"now\""), Scheduled(0, "Buy"), Completed(0)).Output());
    }

    [Fact]
    public void Execute_EventNameInOtherCase_IsDelivered()
    {
        var sample = Sample.Of(context => context.WaitForEvent<int>("Go"));

        Assert.Equal("1", sample.First(Raised("gO", "1")).Output());
    }

    [Fact]
    public void Execute_TwoWaitersOfOneName_AreServedInOrder()
    {
        var sample = Sample.Of(async context =>
        {
            var both = await Task.WhenAll(context.WaitForEvent<int>("go"), context.WaitForEvent<int>("go"));
            return $"{both[0]},{both[1]}";
        });

        Assert.Equal("\"1,2\"", sample.First(Raised("go", "1"), Raised("go", "2")).Output());
    }

    [Fact]
    public void Execute_KeptEvents_AreGivenOutInOrderOfArrival()
    {
        var sample = Sample.Of(async context =>
        {
            await context.CallActivity("Buy");
            return $"{await context.WaitForEvent<int>("a")},{await context.WaitForEvent<int>("b")},{await context.WaitForEvent<int>("a")}";
        });

        var response = sample.First(Raised("a", "1"), Raised("b", "2"), Raised("a", "3"), Scheduled(0, "Buy"), Completed(0));

        Assert.Equal("\"1,2,3\"", response.Output());
    }

    [Fact]
    public void Execute_EventWinsAgainstDeadline_LeavesNoOpenTimer()
    {
        var response = WithDeadline.First(TimerCreated(0), Raised("go", "\"a\""), TimerFired(0), Raised("go", "\"b\""));

        Assert.Equal("\"True:a,b\"", response.Output());
    }

    [Fact]
    public void Execute_DeadlineWinsAgainstEvent_TheNextWaiterGetsTheEvent()
    {
        var response = WithDeadline.First(TimerCreated(0), TimerFired(0), Raised("go", "\"late\""));

        Assert.Equal("\"False:,late\"", response.Output());
    }

    [Fact]
    public void Execute_EventIsThereAlready_NoTimerIsMade()
    {
        var sample = Sample.Of(async context =>
        {
            await context.CallActivity("Buy");
            return (await context.WaitForEvent<int>("go", TimeSpan.FromMinutes(1))).Value;
        });

        Assert.Equal("1:Completed", sample.First(Raised("go", "7"), Scheduled(0, "Buy"), Completed(0)).Actions());
    }

    [Fact]
    public void Execute_SendEvent_TakesAnIdAndIsConfirmed()
    {
        var sample = Sample.Of(async context =>
        {
            context.SendEvent("other", "hello", 5);
            await context.CallActivity("Buy");
            context.SendEvent("other", "bye");
        });

        var first = sample.First();
        var second = sample.First(Sent(0, "HELLO"), Scheduled(1, "buy"), Completed(1));

        Assert.Equal("0:hello 1:Buy", first.Actions());
        Assert.Equal("5", first.Actions[0].SendEvent.Data);
        Assert.Equal("other", first.Actions[0].SendEvent.Instance.InstanceId);
        Assert.Equal("2:bye 3:Completed", second.Actions());
    }
}
