using ControlPlane.Durable.Model;
using ControlPlane.Durable.Protocol;
using static ControlPlane.Durable.Tests.Replay.History;

namespace ControlPlane.Durable.Tests.Replay;

public sealed class ActivityTests
{
    private static readonly Sample FanOut = Sample.Of(async context =>
    {
        var numbers = await Task.WhenAll(Enumerable.Range(0, 3).Select(number => context.CallActivity<int>("Square", number)));
        return string.Join(',', numbers);
    });

    private static readonly Sample One = Sample.Of(async context =>
    {
        try
        {
            return await context.CallActivity<string>("Buy");
        }
        catch (TaskFailedException failed)
        {
            return $"{failed.TaskName} {failed.Failure.Type} {failed.Failure.Message} {failed.Failure.NonRetriable}";
        }
    });

    [Fact]
    public void Execute_FanOut_AsksForAllAtOnceInOrderOfCalls()
    {
        var response = FanOut.First();

        Assert.Equal("0:Square 1:Square 2:Square", response.Actions());
        Assert.Equal(["0", "1", "2"], response.Actions.Select(action => action.ScheduleTask.Input));
    }

    [Fact]
    public void Execute_FanInOutOfOrder_KeepsTheOrderOfCalls()
    {
        HistoryEvent[] past = [TurnStarted(), Started(), Scheduled(0, "Square"), Scheduled(1, "Square"), Scheduled(2, "Square"), TurnCompleted()];

        var response = FanOut.Run(past, [TurnStarted(1), Completed(2, "4"), Completed(0, "0"), Completed(1, "1")]);

        Assert.Equal("\"0,1,4\"", response.Output());
    }

    [Theory]
    [InlineData("\"\\\"done\\\"\"", "done")]
    [InlineData("\"done\"", "done")]
    public void Execute_ResultAsJsonText_IsUnwrapped(string result, string expected)
    {
        var response = One.First(Scheduled(0, "Buy"), Completed(0, result));

        Assert.Equal($"\"{expected}\"", response.Output());
    }

    [Fact]
    public void Execute_ErrorEnvelope_IsAFailure()
    {
        const string envelope = """{"$error":{"type":"Shop.Closed","message":"come back","nonRetriable":true}}""";

        var response = One.First(Scheduled(0, "Buy"), Completed(0, System.Text.Json.JsonSerializer.Serialize(envelope)));

        Assert.Equal("\"Buy Shop.Closed come back True\"", response.Output());
    }

    [Fact]
    public void Execute_TaskFailedWithoutDetails_IsAFailure()
    {
        var response = One.First(Scheduled(0, "Buy"), Failed(0));

        Assert.Equal("\"Buy TaskFailed no details were given False\"", response.Output());
    }

    [Fact]
    public void Execute_UnhandledTaskFailure_FailsWithTheTasksFailureInside()
    {
        var sample = Sample.Of(context => context.CallActivity("Buy"));

        var failure = sample.First(Scheduled(0, "Buy"), Failed(0, new() { ErrorType = "Shop.Closed", ErrorMessage = "come back" })).Failure();

        Assert.Equal(typeof(TaskFailedException).FullName, failure.ErrorType);
        Assert.Equal("Task 'Buy' (#0) failed with an unhandled exception: come back", failure.ErrorMessage);
        Assert.Equal("Shop.Closed", failure.InnerFailure.ErrorType);
    }

    [Fact]
    public void Execute_DuplicateCompletion_IsIgnored()
    {
        var sample = Sample.Of(async context =>
            await context.CallActivity<string>("Buy") + await context.CallActivity<string>("Sell"));

        var response = sample.First(Scheduled(0, "Buy"), Completed(0, "\"a\""), Completed(0, "\"b\""), Completed(1, "\"c\""));

        Assert.Equal("\"ac\"", response.Output());
    }

    [Fact]
    public void Execute_FinishedWithAnOpenActivity_CompletesAtOnce()
    {
        var sample = Sample.Of(context =>
        {
            _ = context.CallActivity("Notify");
            return Task.FromResult(1);
        });

        Assert.Equal("0:Notify 1:Completed", sample.First().Actions());
    }

    [Fact]
    public void Execute_OutOfMemoryInAFailure_IsRenamed()
    {
        var sample = Sample.Of(context => context.CallActivity("Buy"));

        var failure = sample.First(Scheduled(0, "Buy"), Failed(0, new() { ErrorType = "System.OutOfMemoryException" })).Failure();

        Assert.Equal("OutOfMemoryException", failure.InnerFailure.ErrorType);
    }
}
