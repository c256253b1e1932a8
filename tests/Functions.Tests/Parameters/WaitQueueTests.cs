using ControlPlane.Core.Problems;
using ControlPlane.Functions.Router;
using ControlPlane.Functions.Tests.Site;
using ControlPlane.TestKit;

namespace ControlPlane.Functions.Tests.Parameters;

public class WaitQueueTests
{
    private static readonly RouterOptions Options = new() { QueueLimit = 3, QueueDeadline = TimeSpan.FromSeconds(10) };

    private readonly FakeTimeProvider _time = new();
    private readonly WaitQueue _queue;
    private readonly Place _place;
    private int _free;

    public WaitQueueTests()
    {
        _queue = new WaitQueue(Options, _time);
        _place = new Place(Sample.Destination("b1", "a", _time), 0);
    }

    [Fact]
    public async Task Wait_PlaceFreed_GoesToTheOneWhoWaitedLongest()
    {
        var order = new List<int>();
        var waits = Enumerable.Range(0, 3).Select(i => EnterAsync("a", () => order.Add(i))).ToList();

        for (var i = 0; i < waits.Count; i++)
        {
            Free(1);
            await waits[i].SoonAsync($"waiter {i} to be served in its turn");
        }

        Assert.Equal([0, 1, 2], order);
        Assert.True(_queue.IsEmpty);
    }

    [Fact]
    public async Task Wait_TwoLinesForOnePlace_TheOlderHeadGoesFirst()
    {
        var order = new List<string>();
        var waits = new List<Task>();
        foreach (var line in (string[])["b", "a", "b", "a"])
        {
            waits.Add(EnterAsync(line, () => order.Add(line)));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        for (var i = 0; i < waits.Count; i++)
        {
            Free(1);
            await waits[i].SoonAsync($"waiter {i} to be served in its turn");
        }

        Assert.Equal(["b", "a", "b", "a"], order);
    }

    [Fact]
    public async Task Wait_LineFull_IsRefusedAtOnceAndOtherLinesAreNot()
    {
        var waits = Enumerable.Range(0, 3).Select(_ => EnterAsync("a")).ToList();

        var refused = await _queue.WaitAsync("a", () => null, default);
        var other = EnterAsync("b");

        Assert.Equal(ProblemCodes.QueueFull, refused.Problem?.Code);
        Assert.Equal(Options.RetryAfter, refused.Problem?.RetryAfter);
        Assert.False(other.IsCompleted);
        Free(4);
        await Task.WhenAll([.. waits, other]).SoonAsync("all others to be served");
    }

    [Fact]
    public async Task Wait_DeadlinePasses_SaysSoAndLeaves()
    {
        var wait = _queue.WaitAsync("a", () => null, default);

        _time.Advance(Options.QueueDeadline - TimeSpan.FromTicks(1));
        Assert.False(wait.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));
        var result = await wait.SoonAsync("the deadline to be noticed");

        Assert.Equal(ProblemCodes.QueueTimeout, result.Problem?.Code);
        Assert.NotNull(result.Problem?.RetryAfter);
        Assert.True(_queue.IsEmpty);
    }

    [Fact]
    public async Task Wait_ClientGoes_LeavesAndTakesNoPlace()
    {
        using var client = new CancellationTokenSource();
        var gone = _queue.WaitAsync("a", TryTake, client.Token);
        var next = EnterAsync("a");

        await client.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        Free(1);

        await next.SoonAsync("the next in line to be served");
        Assert.Equal(0, _free);
    }

    [Fact]
    public async Task Wait_ClientThatIsGoneAlready_LeavesAtOnce()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _queue.WaitAsync("a", TryTake, new CancellationToken(true)));

        Assert.True(_queue.IsEmpty);
    }

    [Fact]
    public async Task Wait_PlaceFreedBeforeTheEntry_IsNotMissed()
    {
        // Freed after the newcomer's own look and before it stood in line: nobody will pump for it.
        Interlocked.Increment(ref _free);

        var served = await _queue.WaitAsync("a", TryTake, default).SoonAsync("the place that is free already");

        Assert.Equal(_place, served.Value);
    }

    [Fact]
    public async Task Measure_SomeWait_CountsThemAndTheOldestWait()
    {
        var first = EnterAsync("a");
        _time.Advance(TimeSpan.FromSeconds(4));
        var second = EnterAsync("a,b");
        _time.Advance(TimeSpan.FromSeconds(1));

        var third = EnterAsync("a");

        var lines = _queue.Measure();

        Assert.Equal(["a", "a,b"], lines.Keys.Order());
        Assert.Equal(new LineReport(2, TimeSpan.FromSeconds(5)), lines["a"]);
        Assert.Equal(new LineReport(1, TimeSpan.FromSeconds(1)), lines["a,b"]);
        Free(3);
        await Task.WhenAll(first, second, third).SoonAsync("all to be served");
        Assert.Empty(_queue.Measure());
    }

    [Fact]
    public async Task Wait_ManyComeGoAndFreeAtOnce_NoPlaceIsLostOrGivenTwice()
    {
        var queue = new WaitQueue(new RouterOptions { QueueDeadline = TimeSpan.FromMinutes(5) }, TimeProvider.System);
        var random = new Random(20_260_101);
        var plans = Enumerable.Range(0, 2_000).Select(i => (Line: $"line{random.Next(4)}", IsLeaving: random.Next(3) == 0)).ToList();
        const int places = 5;
        _free = places;
        var (inside, mostInside) = (0, 0);

        await Parallel.ForEachAsync(plans, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (plan, _) =>
        {
            using var client = new CancellationTokenSource();
            var wait = queue.WaitAsync(plan.Line, TryTake, client.Token);
            if (plan.IsLeaving)
                await client.CancelAsync();
            try
            {
                await wait;
            }
            catch (OperationCanceledException)
            {
                return;
            }

            var now = Interlocked.Increment(ref inside);
            for (var most = mostInside; now > most; most = mostInside)
                Interlocked.CompareExchange(ref mostInside, now, most);
            await Task.Yield();
            Interlocked.Decrement(ref inside);
            Interlocked.Increment(ref _free);
            queue.Pump();
        }).SoonAsync("all to be served or gone");

        Assert.True(queue.IsEmpty);
        Assert.Equal(places, _free);
        Assert.InRange(mostInside, 1, places);
    }

    private async Task EnterAsync(string line, Action? served = null)
    {
        Assert.Equal(_place, (await _queue.WaitAsync(line, TryTake, default)).Value);
        served?.Invoke();
    }

    private void Free(int count)
    {
        Interlocked.Add(ref _free, count);
        _queue.Pump();
    }

    private Place? TryTake()
    {
        int seen;
        while ((seen = Volatile.Read(ref _free)) > 0)
        {
            if (Interlocked.CompareExchange(ref _free, seen - 1, seen) == seen)
                return _place;
        }

        return null;
    }
}
