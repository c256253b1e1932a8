using ControlPlane.Functions.Hosting;
using ControlPlane.Functions.Tests.Site;
using Microsoft.Extensions.Hosting;

namespace ControlPlane.Functions.Tests.Hosting;

public sealed class AfterBindingTests : IDisposable
{
    private readonly Lifetime _lifetime = new();

    public void Dispose() => _lifetime.Dispose();

    [Fact]
    public async Task Start_PortNotBoundYet_BeginsNothing()
    {
        using var work = new Work(_ => Task.CompletedTask);
        using var after = new AfterBinding<Work>(work, _lifetime);
        await after.StartAsync(CancellationToken.None);

        Assert.False(work.Begun.IsCompleted);
        _lifetime.Start();

        await work.Begun.SoonAsync("the work to begin");
    }

    /// <summary>The host takes an exception here for a crash, and logs a page about it.</summary>
    [Fact]
    public async Task Dispose_StartWasRefused_EndsWithoutAFailureAndNothingHasBegun()
    {
        using var work = new Work(_ => Task.CompletedTask);
        var after = new AfterBinding<Work>(work, _lifetime);
        await after.StartAsync(CancellationToken.None);
        var running = after.ExecuteTask!;

        after.Dispose();

        await running.SoonAsync("the wait to end");
        Assert.False(work.Begun.IsCompleted);
    }

    [Fact]
    public async Task Stop_WhileItWorks_EndsTheWorkFirst()
    {
        using var work = new Work(async stopping => await Task.Delay(Timeout.InfiniteTimeSpan, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing));
        using var after = new AfterBinding<Work>(work, _lifetime);
        await after.StartAsync(CancellationToken.None);
        _lifetime.Start();
        await work.Begun.SoonAsync("the work to begin");

        await after.StopAsync(CancellationToken.None).SoonAsync("it to stop");

        Assert.True(work.ExecuteTask!.IsCompletedSuccessfully);
    }

    /// <summary>Work that breaks must end the program, as it does without this.</summary>
    [Fact]
    public async Task Work_Fails_FailsTheSame()
    {
        using var work = new Work(_ => throw new InvalidOperationException("broken"));
        using var after = new AfterBinding<Work>(work, _lifetime);
        await after.StartAsync(CancellationToken.None);
        _lifetime.Start();

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => after.ExecuteTask!.SoonAsync("the failure"));

        Assert.Equal("broken", failure.Message);
    }

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

    private sealed class Lifetime : IHostApplicationLifetime, IDisposable
    {
        private readonly CancellationTokenSource _started = new();

        public CancellationToken ApplicationStarted => _started.Token;

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void Start() => _started.Cancel();

        public void Dispose() => _started.Dispose();

        public void StopApplication() => throw new NotSupportedException("Nobody is to stop it.");
    }
}
