using System.Globalization;
using ControlPlane.Durable.Client;
using ControlPlane.Durable.Model;
using ControlPlane.Durable.Protocol;
using ControlPlane.TestKit;

namespace ControlPlane.Infra.Tests.Sqlite;

/// <summary>Whatever hangs on the clock: timers, deadlines, retention.</summary>
public sealed class EngineTimeTests
{
    [Fact]
    public async Task Run_Timer_FiresWhenTheClockSaysSo()
    {
        var time = new FakeTimeProvider();
        using var engine = new RunningEngine(
            new OrchestrationRegistry().AddOrchestrator<object?, double>("Sleep", async (context, _) =>
            {
                var before = context.Now;
                await context.CreateTimer(TimeSpan.FromSeconds(90));
                return (context.Now - before).TotalSeconds;
            }),
            new() { Retention = null },
            time);
        await engine.Client.StartAsync("Sleep", null, "a");

        // The engine looks at the clock once a minute at the latest.
        await AsleepAsync();
        time.Advance(TimeSpan.FromSeconds(60));
        await AsleepAsync();
        time.Advance(TimeSpan.FromSeconds(29.999));
        Assert.Equal(OrchestrationStatus.Running, (await engine.Client.GetAsync("a"))?.Status);
        Assert.Equal(1, time.ArmedTimers);
        time.Advance(TimeSpan.FromSeconds(0.002));

        var slept = (await engine.Client.WaitForCompletionAsync("a", RunningEngine.Deadline)).Output;
        Assert.InRange(double.Parse(slept!, CultureInfo.InvariantCulture), 90, 90.001);

        Task AsleepAsync() => Eventually.TrueAsync(() => Task.FromResult(time.ArmedTimers == 1), "the engine to sleep until the timer is due");
    }

    [Fact]
    public async Task Run_DeadlineOfAnEvent_EndsTheWait()
    {
        using var engine = new RunningEngine(new OrchestrationRegistry()
            .AddOrchestrator<object?, bool>("Wait", async (context, _) =>
                (await context.WaitForEvent<int>("go", TimeSpan.FromMilliseconds(20))).Received));

        Assert.Equal("false", (await engine.RunAsync("Wait", null, "a")).Output);
    }

    [Fact]
    public async Task Purge_AfterRetention_ForgetsWhatFinished()
    {
        var time = new FakeTimeProvider();
        using var engine = new RunningEngine(
            new OrchestrationRegistry()
                .AddOrchestrator<object?, int>("Quick", (_, _) => Task.FromResult(1))
                .AddOrchestrator<object?>("Wait", (context, _) => context.WaitForEvent<int>("go")),
            new() { Retention = TimeSpan.FromDays(1) },
            time);
        await engine.RunAsync("Quick", null, "done");
        await engine.Client.StartAsync("Wait", null, "waits");

        Assert.Equal(0, await engine.Engine.PurgeAsync());
        await Eventually.TrueAsync(
            async () =>
            {
                time.Advance(TimeSpan.FromHours(1));
                return await engine.Client.GetAsync("done") is null;
            },
            "the finished instance to be forgotten");

        Assert.NotNull(await engine.Client.GetAsync("waits"));
        Assert.Equal(PurgeOutcome.Running, await engine.Client.PurgeAsync("waits"));
    }
}
