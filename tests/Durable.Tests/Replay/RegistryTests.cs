using ControlPlane.Durable.Model;
using ControlPlane.Durable.Replay;

namespace ControlPlane.Durable.Tests.Replay;

public sealed class RegistryTests
{
    private static readonly ActivityContext Caller = new("i", "e", 3);

    [Fact]
    public void Add_NameTakenInOtherCase_Throws()
    {
        var registry = new OrchestrationRegistry()
            .AddActivity<int>("Buy", (_, _, _) => Task.CompletedTask)
            .AddOrchestrator<int>("Buy", (_, _) => Task.CompletedTask);

        Assert.Throws<ArgumentException>(() => registry.AddActivity<int>("BUY", (_, _, _) => Task.CompletedTask));
        Assert.Throws<ArgumentException>(() => registry.AddOrchestrator<int>("buy", (_, _) => Task.CompletedTask));
    }

    [Fact]
    public async Task RunAsync_NameInOtherCase_Runs()
    {
        var runner = new ActivityRunner(new OrchestrationRegistry().AddActivity<int, string>("Buy", (caller, input, _) => Task.FromResult($"{caller.Key}/{input}")));

        Assert.Equal("\"e:3/5\"", await runner.RunAsync("bUY", Caller, "5", CancellationToken.None));
    }

    [Fact]
    public async Task RunAsync_Throws_AnswersTheEnvelope()
    {
        var runner = new ActivityRunner(new OrchestrationRegistry().AddActivity<int>("Buy", (_, _, _) =>
            throw new NonRetriableException("no", new InvalidOperationException("because"))));

        var text = await runner.RunAsync("Buy", Caller, "5", CancellationToken.None);

        Assert.Equal(
            """{"$error":{"type":"ControlPlane.Durable.Model.NonRetriableException","message":"no","nonRetriable":true,"inner":{"type":"System.InvalidOperationException","message":"because","nonRetriable":false}}}""",
            text);
    }

    [Fact]
    public async Task RunAsync_ToldToStop_DoesNotAnswer()
    {
        using var stop = new CancellationTokenSource();
        var runner = new ActivityRunner(new OrchestrationRegistry().AddActivity<int>("Wait", (_, _, cancellation) =>
            Task.Delay(Timeout.InfiniteTimeSpan, cancellation)));
        var running = runner.RunAsync("Wait", Caller, "5", stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task RunAsync_CancelledByItself_IsAFailure()
    {
        var runner = new ActivityRunner(new OrchestrationRegistry().AddActivity<int>("Buy", (_, _, _) => throw new TaskCanceledException("deadline")));

        Assert.Contains("deadline", await runner.RunAsync("Buy", Caller, "5", CancellationToken.None), StringComparison.Ordinal);
    }
}
