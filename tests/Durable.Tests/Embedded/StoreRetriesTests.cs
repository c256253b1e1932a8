using ControlPlane.Durable.Embedded;
using ControlPlane.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Durable.Tests.Embedded;

public sealed class StoreRetriesTests
{
    private readonly FakeTimeProvider _time = new();
    private int _failures;

    [Fact]
    public async Task RunAsync_StoreFails_IsCalledAgainAfterEachPauseAndSaysSo()
    {
        var calls = 0;
        var running = Create().RunAsync(
            _ => ++calls < 4 ? Task.FromException<int>(new IOException("disk")) : Task.FromResult(7), CancellationToken.None);

        foreach (var pause in new[] { 50, 100, 200 })
        {
            _time.Advance(TimeSpan.FromMilliseconds(pause - 1));
            var before = calls;
            _time.Advance(TimeSpan.FromMilliseconds(1));
            Assert.Equal(before + 1, calls);
        }

        Assert.Equal(7, await running);
        Assert.Equal(3, _failures);
    }

    [Fact]
    public async Task RunAsync_ToldToGiveUp_Ends()
    {
        using var giveUp = new CancellationTokenSource();
        var running = Create().RunAsync(_ => Task.FromException<int>(new IOException("disk")), giveUp.Token);

        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private StoreRetries Create() => new(_time, NullLogger.Instance, () => _failures++);
}
