using ControlPlane.Functions.Hosting;
using ControlPlane.Functions.Tests.Site;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Functions.Tests.Hosting;

public sealed class AfterBindingTests
{
    private readonly Lifetime _lifetime = new();
    private readonly Breakdown _breakdown;

    public AfterBindingTests() => _breakdown = new Breakdown(_lifetime);

    /// <summary>The host calls this before the server binds its port.</summary>
    [Fact]
    public async Task Start_PortNotBoundYet_BeginsNothing()
    {
        using var work = new Work(_ => Task.CompletedTask);
        var after = After(work);

        await after.StartingAsync(CancellationToken.None);
        await after.StartAsync(CancellationToken.None);

        Assert.Null(work.ExecuteTask);
    }

    [Fact]
    public async Task Stop_StartWasRefused_DoesNothing()
    {
        using var work = new Work(_ => Task.CompletedTask);
        var after = After(work);
        await after.StartAsync(CancellationToken.None);

        await after.StopAsync(CancellationToken.None).SoonAsync("it to stop");

        Assert.Null(work.ExecuteTask);
    }

    [Fact]
    public async Task Stop_WhileItWorks_EndsTheWorkAndNotTheProgram()
    {
        using var work = new Work(stopping => Task.Delay(Timeout.InfiniteTimeSpan, stopping));
        var after = After(work);
        await after.StartedAsync(CancellationToken.None);
        await work.Begun.SoonAsync("the work to begin");

        await after.StopAsync(CancellationToken.None).SoonAsync("it to stop");

        Assert.True(work.ExecuteTask!.IsCanceled);
        Assert.False(_lifetime.Stopped.IsCompleted);
        Assert.False(_breakdown.HasHappened);
    }

    [Fact]
    public async Task Work_Fails_EndsTheProgram()
    {
        using var work = new Work(_ => throw new InvalidOperationException("broken"));

        await After(work).StartedAsync(CancellationToken.None);

        await _lifetime.Stopped.SoonAsync("the end of the program");
        Assert.True(_breakdown.HasHappened);
    }

    private AfterBinding<Work> After(Work work) => new(work, _breakdown, NullLogger<AfterBinding<Work>>.Instance);

    private sealed class Work(Func<CancellationToken, Task> body) : BackgroundService
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Begun => _begun.Task;

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            _begun.SetResult();
            await body(stoppingToken);
        }
    }

    private sealed class Lifetime : IHostApplicationLifetime
    {
        private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Stopped => _stopped.Task;

        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => _stopped.SetResult();
    }
}
