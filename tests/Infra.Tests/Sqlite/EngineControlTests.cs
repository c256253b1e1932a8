using ControlPlane.Durable.Client;
using ControlPlane.Durable.Model;
using ControlPlane.Durable.Protocol;

namespace ControlPlane.Infra.Tests.Sqlite;

/// <summary>What a client does to an instance: start, suspend, resume, terminate; and how the engine itself stops.</summary>
public sealed class EngineControlTests
{
    [Fact]
    public async Task Start_RunningIdIsRefused_FinishedIdIsReplaced()
    {
        using var engine = new RunningEngine(new OrchestrationRegistry()
            .AddOrchestrator<int, int>("Wait", async (context, input) => input + await context.WaitForEvent<int>("go")));

        Assert.Equal(StartOutcome.Started, await engine.Client.StartAsync("Wait", 1, "a"));
        Assert.Equal(StartOutcome.AlreadyRunning, await engine.Client.StartAsync("Wait", 2, "a"));
        await engine.Client.RaiseEventAsync("a", "go", 10);
        Assert.Equal("11", (await engine.Client.WaitForCompletionAsync("a", RunningEngine.Deadline)).Output);
        Assert.Equal(StartOutcome.Started, await engine.Client.StartAsync("Wait", 3, "a"));
        await engine.Client.RaiseEventAsync("a", "go", 10);
        Assert.Equal("13", (await engine.Client.WaitForCompletionAsync("a", RunningEngine.Deadline)).Output);
    }

    [Theory]
    [InlineData("")]
    [InlineData("@entity")]
    [InlineData("a/b")]
    [InlineData("a#b")]
    [InlineData("a?b")]
    [InlineData(@"a\b")]
    [InlineData("a\nb")]
    public async Task Start_IdThatIsNotAllowed_Throws(string id)
    {
        using var engine = new RunningEngine(new());

        await Assert.ThrowsAsync<ArgumentException>(() => engine.Client.StartAsync("Any", null, id));
    }

    [Fact]
    public async Task Suspend_WhileAnActivityRuns_ItsResultWaitsForResume()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var engine = new RunningEngine(new OrchestrationRegistry()
            .AddActivity<object?>("Work", (_, _, _) => release.Task)
            .AddOrchestrator<object?, string>("Two", async (context, _) =>
            {
                await context.CallActivity("Work");
                await context.CallActivity("Work");
                return "both";
            }));
        await engine.Client.StartAsync("Two", null, "a");
        await StatusAsync(engine, "a", OrchestrationStatus.Running);

        await engine.Client.SuspendAsync("a", "hold on");
        await StatusAsync(engine, "a", OrchestrationStatus.Suspended);
        release.SetResult();
        await Eventually.TrueAsync(async () => (await engine.Store.OpenActivitiesAsync(10)).Count == 0, "the activity to end");
        await Eventually.TrueAsync(async () => (await engine.Store.ReadyInstancesAsync(10)).Count == 0, "its result to be taken");
        Assert.Equal(OrchestrationStatus.Suspended, (await engine.Client.GetAsync("a"))?.Status);

        await engine.Client.ResumeAsync("a");
        Assert.Equal("\"both\"", (await engine.Client.WaitForCompletionAsync("a", RunningEngine.Deadline)).Output);
    }

    [Fact]
    public async Task Terminate_Waiting_EndsWithTheReason()
    {
        using var engine = new RunningEngine(new OrchestrationRegistry()
            .AddOrchestrator<object?>("Wait", (context, _) => context.WaitForEvent<int>("go")));
        await engine.Client.StartAsync("Wait", null, "a");

        Assert.Equal(SignalOutcome.Accepted, await engine.Client.TerminateAsync("a", "enough"));
        var instance = await engine.Client.WaitForCompletionAsync("a", RunningEngine.Deadline);

        Assert.Equal((OrchestrationStatus.Terminated, "\"enough\""), (instance.Status, instance.Output));
        Assert.Equal(SignalOutcome.Finished, await engine.Client.TerminateAsync("a"));
        Assert.Equal(SignalOutcome.NotFound, await engine.Client.RaiseEventAsync("b", "go"));
    }

    [Fact]
    public async Task Terminate_TogetherWithTheStart_StartsNothing()
    {
        var ran = false;
        var registry = new OrchestrationRegistry()
            .AddActivity<object?>("Work", (_, _, _) => Task.FromResult(ran = true))
            .AddOrchestrator<object?>("Call", (context, _) => context.CallActivity("Work"));
        using var engine = new RunningEngine(registry);
        await engine.Engine.StopAsync(RunningEngine.Deadline);
        await engine.Client.StartAsync("Call", null, "a");
        await engine.Client.TerminateAsync("a");

        await engine.CrashAsync();
        var instance = await engine.Client.WaitForCompletionAsync("a", RunningEngine.Deadline);

        Assert.Equal(OrchestrationStatus.Terminated, instance.Status);
        Assert.False(ran);
        Assert.Empty(await engine.Store.OpenActivitiesAsync(10));
    }

    [Fact]
    public async Task StopAsync_WithinTheDeadline_LetsActivitiesFinish()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var engine = new RunningEngine(new OrchestrationRegistry()
            .AddActivity<object?>("Work", (_, _, _) =>
            {
                begun.SetResult();
                return release.Task;
            })
            .AddOrchestrator<object?>("Call", (context, _) => context.CallActivity("Work")));
        await engine.Client.StartAsync("Call", null, "a");
        await begun.Task.WaitAsync(RunningEngine.Deadline);

        var stopping = engine.Engine.StopAsync(RunningEngine.Deadline);
        release.SetResult();

        Assert.True(await stopping);
        Assert.Empty(await engine.Store.OpenActivitiesAsync(10));
    }

    private static Task StatusAsync(RunningEngine engine, string id, OrchestrationStatus status) =>
        Eventually.TrueAsync(async () => (await engine.Client.GetAsync(id))?.Status == status, $"'{id}' to be {status}");
}
