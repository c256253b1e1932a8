using ControlPlane.Durable.Embedded;

namespace ControlPlane.Durable.Tests.Embedded;

public sealed class BacklogTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly List<string> _stored = [];
    private int _loads;

    [Fact]
    public async Task TakeAsync_AtTheStart_TakesWhatTheStoreHas()
    {
        _stored.AddRange(["a", "b"]);
        using var backlog = Create(capacity: 10);

        Assert.Equal("a", await backlog.TakeAsync(None));
        Assert.Equal("b", await backlog.TakeAsync(None));
        Assert.Equal(1, _loads);
    }

    [Fact]
    public async Task Offer_TheSamePieceTwice_IsTakenOnce()
    {
        using var backlog = Create(capacity: 10);
        backlog.Offer("a");
        backlog.Offer("a");
        await backlog.TakeAsync(None);

        Assert.False(backlog.TakeAsync(None).IsCompleted);
    }

    [Fact]
    public async Task Offer_MoreThanFits_IsReadFromTheStoreLater()
    {
        using var backlog = Create(capacity: 2);
        foreach (var item in new[] { "a", "b", "c", "d", "e" })
        {
            _stored.Add(item);
            backlog.Offer(item);
        }

        List<string> taken = [];
        for (var count = 0; count < 5; count++)
        {
            var item = await backlog.TakeAsync(None).WaitAsync(TimeSpan.FromSeconds(10));
            taken.Add(item);
            _stored.Remove(item);
            backlog.Done(item);
        }

        Assert.Equal(["a", "b", "c", "d", "e"], taken);
    }

    [Fact]
    public async Task Offer_WhileItRuns_IsTakenAgainAfterwards()
    {
        using var backlog = Create(capacity: 10);
        backlog.Offer("a");
        await backlog.TakeAsync(None);
        backlog.Offer("a");
        var again = backlog.TakeAsync(None);
        Assert.False(again.IsCompleted);

        backlog.Done("a");

        Assert.Equal("a", await again.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task Offer_WhileItRunsAndPiecesDoNotRepeat_IsNotTakenAgain()
    {
        using var backlog = Create(capacity: 10, repeats: false);
        backlog.Offer("a");
        await backlog.TakeAsync(None);

        backlog.Offer("a");
        backlog.Done("a");

        Assert.False(backlog.TakeAsync(None).IsCompleted);
    }

    [Fact]
    public async Task Reload_PieceEndedWhileTheStoreWasRead_IsNotTakenAgain()
    {
        var loading = new TaskCompletionSource<IReadOnlyList<string>>();
        var first = true;
        using var backlog = new Backlog<string, string>(repeats: false, 10, item => item, (_, _) =>
        {
            var answer = first ? Task.FromResult<IReadOnlyList<string>>(["a"]) : loading.Task;
            first = false;
            return answer;
        });
        await backlog.TakeAsync(None);
        backlog.Reload();
        var next = backlog.TakeAsync(None);

        backlog.Done("a");
        loading.SetResult(["a", "b"]);

        Assert.Equal("b", await next.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task Reload_ReadsWhatWasMissed()
    {
        using var backlog = Create(capacity: 10);
        var waiting = backlog.TakeAsync(None);
        _stored.Add("missed");

        backlog.Reload();

        Assert.Equal("missed", await waiting.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task RunEachAsync_RunFails_EndsWithItsFailureAndThePieceRunsNoMore()
    {
        using var backlog = Create(capacity: 10);
        backlog.Offer("a");

        await Assert.ThrowsAsync<InvalidOperationException>(() => backlog.RunEachAsync(_ => throw new InvalidOperationException("broken"), None));
        backlog.Offer("a");

        Assert.Equal("a", await backlog.TakeAsync(None).WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task RunEachAsync_StoppedWhileOneRuns_FinishesItFirst()
    {
        using var stop = new CancellationTokenSource();
        var release = new TaskCompletionSource();
        using var backlog = Create(capacity: 10);
        backlog.Offer("a");
        var running = backlog.RunEachAsync(_ => release.Task, stop.Token);

        await stop.CancelAsync();
        Assert.False(running.IsCompleted);
        release.SetResult();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    private Backlog<string, string> Create(int capacity, bool repeats = true) => new(repeats, capacity, item => item, (top, _) =>
    {
        _loads++;
        return Task.FromResult<IReadOnlyList<string>>([.. _stored.Take(top)]);
    });
}
