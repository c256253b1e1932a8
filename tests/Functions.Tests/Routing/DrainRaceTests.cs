using ControlPlane.Core.Backends;
using ControlPlane.Core.Routing;
using ControlPlane.Functions.Router;
using ControlPlane.Functions.Tests.Site;

namespace ControlPlane.Functions.Tests.Routing;

/// <summary>Once a backend that leaves has no job in flight, it gets none any more: then it may be stopped.</summary>
public class DrainRaceTests
{
    private const int Rounds = 40;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pick_BackendDrainsAtThatMoment_GetsNoJobAfterItsLast(bool isCertain)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var (dispatcher, leaving, staying) = Start();
            using (leaving)
            using (staying)
            {
                await RaceAsync(dispatcher, leaving, isCertain, () =>
                {
                    leaving.Refresh(Sample.Backend("leaving", "a", BackendState.Draining), leaving.Profile);
                    dispatcher.Use(new RoutingTable([leaving, staying], []));
                });
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task PeerDefect32_BackendIsRemovedAtThatMoment_GetsNoJobAfterItsLast(bool isCertain)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var (dispatcher, leaving, staying) = Start();
            using (leaving)
            using (staying)
            {
                await RaceAsync(dispatcher, leaving, isCertain, () =>
                {
                    dispatcher.Use(new RoutingTable([staying], []));
                    leaving.Leave();
                });
            }
        }
    }

    private static (Dispatcher Dispatcher, Destination Leaving, Destination Staying) Start()
    {
        var options = new RouterOptions { QueueDeadline = TimeSpan.FromMinutes(1) };
        var dispatcher = new Dispatcher(new WaitQueue(options, TimeProvider.System), options, TimeProvider.System);
        var leaving = Sample.Destination("leaving", "a", TimeProvider.System);
        var staying = Sample.Destination("staying", "a", TimeProvider.System);
        dispatcher.Use(new RoutingTable([leaving, staying], []));
        return (dispatcher, leaving, staying);
    }

    private static async Task RaceAsync(Dispatcher dispatcher, Destination leaving, bool isCertain, Action leave)
    {
        var (isStopped, tooLate, picks) = (false, 0, 0);
        using var done = new CancellationTokenSource();
        var workers = Enumerable.Range(0, 3).Select(worker => Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                var acquired = await (isCertain ? TryAcquireAsync(dispatcher, leaving, done.Token) : dispatcher.AcquireAsync(new("a", PickStrategy.JobNumAware), done.Token));
                if (!acquired.Is(out var place, out _) || place.IsBehindGate)
                    continue;
                Interlocked.Increment(ref picks);
                if (place.Destination == leaving && Volatile.Read(ref isStopped))
                    Interlocked.Increment(ref tooLate);
                dispatcher.Release(place, hasRun: true);
            }
        })).ToList();

        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref picks) > 20, Deadline), "No picks were made.");
        leave();
        Assert.True(SpinWait.SpinUntil(() => leaving.InFlight == 0, Deadline), "The leaving backend kept its jobs.");
        Volatile.Write(ref isStopped, true);
        var seen = Volatile.Read(ref picks);
        if (!isCertain)
            Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref picks) > seen + 20, Deadline), "The one that stays got no jobs.");
        await done.CancelAsync();
        await Task.WhenAll(workers).SoonAsync("the workers to end");

        Assert.Equal(0, tooLate);
    }

    private static async ValueTask<Core.Problems.Result<Place>> TryAcquireAsync(Dispatcher dispatcher, Destination destination, CancellationToken done)
    {
        try
        {
            return await dispatcher.AcquireAsync(destination, new("a", PickStrategy.AllBackends), done);
        }
        catch (OperationCanceledException)
        {
            return new Core.Problems.Problem("done", "The race is over.");
        }
    }
}
