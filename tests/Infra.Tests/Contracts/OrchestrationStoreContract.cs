using ControlPlane.Durable.Client;
using ControlPlane.Durable.Embedded;
using ControlPlane.Durable.Protocol;
using Google.Protobuf.WellKnownTypes;
using static ControlPlane.Infra.Tests.Contracts.StoredTurns;

namespace ControlPlane.Infra.Tests.Contracts;

/// <summary>What every <see cref="IOrchestrationStore"/> must do.</summary>
public abstract class OrchestrationStoreContract
{
    protected abstract IOrchestrationStore Store { get; }

    [Fact]
    public async Task StartAsync_NewId_IsReadyWithItsStart()
    {
        var outcome = await Store.StartAsync(Start("a", "e1", input: "5"));

        var work = await LoadAsync("a");
        Assert.Equal(StartOutcome.Started, outcome);
        Assert.Equal(["a"], await Store.ReadyInstancesAsync(10));
        Assert.Equal((OrchestrationStatus.Pending, 0, "e1"), (work.Status, work.Turn, work.ExecutionId));
        Assert.Equal("5", Assert.Single(work.Opening).ExecutionStarted.Input);
        Assert.Empty(work.Past);
    }

    [Fact]
    public async Task StartAsync_RunningId_IsRefused()
    {
        await Store.StartAsync(Start("a", "e1"));

        Assert.Equal(StartOutcome.AlreadyRunning, await Store.StartAsync(Start("a", "e2")));
        Assert.Equal("e1", (await LoadAsync("a")).ExecutionId);
    }

    [Fact]
    public async Task StartAsync_FinishedId_IsReplacedWithoutItsHistory()
    {
        await Store.StartAsync(Start("a", "e1"));
        await CommitAsync("a", commit => commit with { Status = OrchestrationStatus.Failed, Output = "\"bad\"", CustomStatus = "1" });

        Assert.Equal(StartOutcome.Started, await Store.StartAsync(Start("a", "e2")));

        var work = await LoadAsync("a");
        Assert.Equal("e2", work.ExecutionId);
        Assert.Empty(work.Past);
        Assert.Null((await Store.GetAsync("a"))?.Output);
        Assert.Null((await Store.GetAsync("a"))?.CustomStatus);
    }

    [Fact]
    public async Task StartAsync_Concurrently_HasExactlyOneWinner()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(number => Store.StartAsync(Start("a", $"e{number}"))));

        Assert.Single(outcomes, StartOutcome.Started);
    }

    [Fact]
    public async Task SendAsync_TellsWhetherTheInstanceTakesIt()
    {
        await Store.StartAsync(Start("a", "e1"));

        Assert.Equal(SignalOutcome.NotFound, await Store.SendAsync("b", Raised("go")));
        Assert.Equal(SignalOutcome.Accepted, await Store.SendAsync("a", Raised("go")));
        await CommitAsync("a", commit => commit with { Status = OrchestrationStatus.Completed });
        Assert.Equal(SignalOutcome.Finished, await Store.SendAsync("a", Raised("go")));
        Assert.Empty(await Store.ReadyInstancesAsync(10));
    }

    [Fact]
    public async Task LoadTurnAsync_Messages_ComeInOrderAndAtMostAsManyAsAskedFor()
    {
        await Store.StartAsync(Start("a", "e1"));
        foreach (var name in new[] { "1", "2", "3" })
            await Store.SendAsync("a", Raised(name));

        var work = await Store.LoadTurnAsync("a", 2);

        Assert.Equal(["1", "2"], work!.Messages.Select(message => message.Event.EventRaised.Name));
    }

    [Fact]
    public async Task LoadTurnAsync_NothingToDo_ReturnsNull()
    {
        await Store.StartAsync(Start("a", "e1"));
        await CommitAsync("a");

        Assert.Null(await Store.LoadTurnAsync("a", 10));
        Assert.Null(await Store.LoadTurnAsync("nobody", 10));
    }

    [Fact]
    public async Task CommitTurnAsync_History_GrowsByEachTurn()
    {
        await Store.StartAsync(Start("a", "e1"));
        await CommitAsync("a", commit => commit with { History = [Raised("1"), Raised("2")] });
        await Store.SendAsync("a", Raised("3"));
        await CommitAsync("a", commit => commit with { History = [Raised("3")], CustomStatus = "\"here\"" });
        await Store.SendAsync("a", Raised("4"));

        var work = await LoadAsync("a");

        Assert.Equal(["1", "2", "3"], work.Past.Select(past => past.EventRaised.Name));
        Assert.Equal("4", Assert.Single(work.Messages).Event.EventRaised.Name);
        Assert.Equal("\"here\"", (await Store.GetAsync("a"))?.CustomStatus);
    }

    [Fact]
    public async Task CommitTurnAsync_Twice_TheSecondIsVoid()
    {
        await Store.StartAsync(Start("a", "e1"));
        var commit = Commit(await LoadAsync("a")) with { Activities = [new(0, "Buy", null)], History = [Raised("1")] };

        Assert.NotNull(await Store.CommitTurnAsync(commit));
        Assert.Null(await Store.CommitTurnAsync(commit));

        Assert.Single(await Store.OpenActivitiesAsync(10));
    }

    [Fact]
    public async Task CommitTurnAsync_MessageThatCameMeanwhile_IsKept()
    {
        await Store.StartAsync(Start("a", "e1"));
        var commit = Commit(await LoadAsync("a"));
        await Store.SendAsync("a", Raised("meanwhile"));

        await Store.CommitTurnAsync(commit);

        Assert.Equal("meanwhile", Assert.Single((await LoadAsync("a")).Messages).Event.EventRaised.Name);
    }

    [Fact]
    public async Task CommitTurnAsync_Activities_AreOpenUntilCompleted()
    {
        await Store.StartAsync(Start("a", "e1"));
        var outcome = await CommitAsync("a", commit => commit with { Activities = [new(0, "Buy", "1"), new(1, "Sell", null)] });

        var open = await Store.OpenActivitiesAsync(10);
        await Store.CompleteActivityAsync(open[0], Completed(0));
        await Store.CompleteActivityAsync(open[0], Completed(0));

        Assert.Equal(outcome.Activities, open);
        Assert.Equal(("a", "e1", 0, "Buy", "1"), (open[0].InstanceId, open[0].ExecutionId, open[0].TaskId, open[0].Name, open[0].Input));
        Assert.Equal([open[1]], await Store.OpenActivitiesAsync(10));
        Assert.Single((await LoadAsync("a")).Messages);
    }

    [Fact]
    public async Task CompleteActivityAsync_ForAnOldExecution_IsDropped()
    {
        await Store.StartAsync(Start("a", "e1"));
        await CommitAsync("a", commit => commit with { Activities = [new(0, "Buy", null)], Status = OrchestrationStatus.Completed });
        await Store.StartAsync(Start("a", "e2"));

        await Store.CompleteActivityAsync((await Store.OpenActivitiesAsync(10))[0], Completed(0));

        Assert.Empty((await LoadAsync("a")).Messages);
        Assert.Empty(await Store.OpenActivitiesAsync(10));
    }

    [Fact]
    public async Task FireTimersAsync_DueTimers_BecomeMessages()
    {
        await Store.StartAsync(Start("a", "e1"));
        await CommitAsync("a", commit => commit with { Timers = [Timer(0, 10), Timer(1, 30), Timer(2, 20)] });

        var early = await Store.FireTimersAsync(Now.AddSeconds(9), 10);
        var later = await Store.FireTimersAsync(Now.AddSeconds(20), 10);

        Assert.Empty(early.Woken);
        Assert.Equal(Now.AddSeconds(10), early.NextDue);
        Assert.Equal(["a", "a"], later.Woken);
        Assert.Equal(Now.AddSeconds(30), later.NextDue);
        Assert.Equal([0, 2], (await LoadAsync("a")).Messages.Select(message => message.Event.TimerFired.TimerId));
    }

    [Fact]
    public async Task FireTimersAsync_MoreThanAskedFor_LeavesTheRestDue()
    {
        await Store.StartAsync(Start("a", "e1"));
        await CommitAsync("a", commit => commit with { Timers = [Timer(0, 1), Timer(1, 2)] });

        var fired = await Store.FireTimersAsync(Now.AddSeconds(5), 1);

        Assert.Single(fired.Woken);
        Assert.Equal(Now.AddSeconds(2), fired.NextDue);
    }

    [Fact]
    public async Task FireTimersAsync_OfAFinishedInstance_AreGone()
    {
        await Store.StartAsync(Start("a", "e1"));
        await CommitAsync("a", commit => commit with { Timers = [Timer(0, 10)] });
        await Store.SendAsync("a", Raised("go"));
        await CommitAsync("a", commit => commit with { Status = OrchestrationStatus.Terminated });

        Assert.Equal(new([], null), await Store.FireTimersAsync(Now.AddSeconds(60), 10) with { Woken = [] });
    }

    [Fact]
    public async Task CommitTurnAsync_Child_IsStarted()
    {
        await Store.StartAsync(Start("a", "e1"));
        var child = new ChildStart(Start("child", "c1"), new("a", "e1", Completed(7)));

        var outcome = await CommitAsync("a", commit => commit with { Children = [child] });

        Assert.Equal(["child"], outcome.Woken);
        Assert.Equal("c1", (await LoadAsync("child")).ExecutionId);
    }

    [Fact]
    public async Task CommitTurnAsync_ChildWhoseIdIsRunning_TellsTheParent()
    {
        await Store.StartAsync(Start("a", "e1"));
        await Store.StartAsync(Start("child", "c0"));
        var child = new ChildStart(Start("child", "c1"), new("a", "e1", Completed(7)));

        var outcome = await CommitAsync("a", commit => commit with { Children = [child] });

        Assert.Equal(["a"], outcome.Woken);
        Assert.Equal("c0", (await LoadAsync("child")).ExecutionId);
        Assert.Equal(7, Assert.Single((await LoadAsync("a")).Messages).Event.TaskCompleted.TaskScheduledId);
    }

    [Fact]
    public async Task CommitTurnAsync_Messages_ReachOnlyTheExecutionTheyAreFor()
    {
        await Store.StartAsync(Start("a", "e1"));
        await Store.StartAsync(Start("b", "e2"));

        var outcome = await CommitAsync("a", commit => commit with
        {
            Messages = [new("b", "e1", Raised("old")), new("b", "e2", Raised("exact")), new("b", null, Raised("any")), new("nobody", null, Raised("lost"))],
        });

        Assert.Equal(["b", "b"], outcome.Woken);
        Assert.Equal(["exact", "any"], (await LoadAsync("b")).Messages.Select(message => message.Event.EventRaised.Name));
    }

    [Fact]
    public async Task CommitTurnAsync_Next_BeginsAgainWithWhatIsCarriedAndWhatCame()
    {
        await Store.StartAsync(Start("a", "e1"));
        await CommitAsync("a", commit => commit with { History = [Raised("past")], Timers = [Timer(0, 10)] });
        await Store.SendAsync("a", Raised("taken"));
        var load = await LoadAsync("a");
        await Store.SendAsync("a", Raised("came"));

        var outcome = await Store.CommitTurnAsync(Commit(load) with { Next = new(Start("a", "e2", input: "2"), [Raised("carried")]) });

        var work = await LoadAsync("a");
        Assert.Equal(["a"], outcome!.Woken);
        Assert.Equal(("e2", 0), (work.ExecutionId, work.Turn));
        Assert.Empty(work.Past);
        Assert.Equal("carried", work.Opening[1].EventRaised.Name);
        Assert.Equal("came", Assert.Single(work.Messages).Event.EventRaised.Name);
        Assert.Equal("2", (await Store.GetAsync("a"))?.Input);
        Assert.Null((await Store.FireTimersAsync(Now.AddDays(1), 10)).NextDue);
    }

    [Fact]
    public async Task GetAsync_FailedInstance_TellsWhy()
    {
        await Store.StartAsync(Start("a", "e1", input: "5"));
        await CommitAsync("a", commit => commit with
        {
            Status = OrchestrationStatus.Failed,
            Output = "\"bad\"",
            At = Now.AddSeconds(1),
            Failure = new() { ErrorType = "T", ErrorMessage = "bad", InnerFailure = new() { ErrorType = "I", ErrorMessage = "worse" } },
        });

        var instance = await Store.GetAsync("a");

        Assert.NotNull(instance);
        Assert.Equal(("Sample", "a", "5", "\"bad\""), (instance.Name, instance.InstanceId, instance.Input, instance.Output));
        Assert.Equal((OrchestrationStatus.Failed, Now, Now.AddSeconds(1)), (instance.Status, instance.Created, instance.Updated));
        Assert.Equal("worse", instance.Failure?.Inner?.Message);
        Assert.Null(await Store.GetAsync("b"));
    }

    [Fact]
    public async Task GetHistoryAsync_HasWhatTheCurrentExecutionCommitted()
    {
        await Store.StartAsync(Start("a", "e1"));
        var unbegun = await Store.GetHistoryAsync("a");
        await CommitAsync("a", commit => commit with { History = [Raised("1"), Raised("2")], Next = new(Start("a", "e2"), []) });
        var begunAnew = await Store.GetHistoryAsync("a");
        await CommitAsync("a", commit => commit with { History = [Raised("3")] });
        await Store.SendAsync("a", Raised("4"));
        await CommitAsync("a", commit => commit with { History = [Raised("4")], Status = OrchestrationStatus.Completed });

        var finished = await Store.GetHistoryAsync("a");

        Assert.Empty(unbegun);
        Assert.Empty(begunAnew);
        Assert.Equal(["3", "4"], finished.Select(past => past.EventRaised.Name));
        Assert.Empty(await Store.GetHistoryAsync("b"));
    }

    [Fact]
    public async Task QueryAsync_PrefixAndStatuses_ReturnsOnlyThoseInPages()
    {
        foreach (var id in new[] { "job:1", "job:2", "job:3", "job:4", "jo", "k" })
            await Store.StartAsync(Start(id, "e-" + id));
        await CommitAsync("job:2", commit => commit with { Status = OrchestrationStatus.Completed });
        var query = new OrchestrationQuery { Prefix = "job:", Statuses = [OrchestrationStatus.Pending, OrchestrationStatus.Running], Top = 2 };

        var first = await Store.QueryAsync(query);
        var second = await Store.QueryAsync(query with { Continuation = first.Continuation });

        Assert.Equal(["job:1", "job:3"], first.Instances.Select(instance => instance.InstanceId));
        Assert.Equal(["job:4"], second.Instances.Select(instance => instance.InstanceId));
        Assert.Null(second.Continuation);
        Assert.Equal(6, (await Store.QueryAsync(new())).Instances.Count);
    }

    [Fact]
    public async Task PurgeAsync_TellsWhatBecameOfIt()
    {
        await Store.StartAsync(Start("a", "e1"));

        Assert.Equal(PurgeOutcome.Running, await Store.PurgeAsync("a"));
        await CommitAsync("a", commit => commit with { Status = OrchestrationStatus.Completed });
        Assert.Equal(PurgeOutcome.Purged, await Store.PurgeAsync("a"));
        Assert.Equal(PurgeOutcome.NotFound, await Store.PurgeAsync("a"));
    }

    [Fact]
    public async Task PurgeFinishedAsync_TakesOnlyFinishedOnesThatAreOldEnough()
    {
        foreach (var id in new[] { "old", "young", "running" })
            await Store.StartAsync(Start(id, "e-" + id));
        await CommitAsync("old", commit => commit with { Status = OrchestrationStatus.Completed, At = Now.AddSeconds(1) });
        await CommitAsync("young", commit => commit with { Status = OrchestrationStatus.Completed, At = Now.AddSeconds(9) });
        await CommitAsync("running", commit => commit with { At = Now.AddSeconds(1) });

        var purged = await Store.PurgeFinishedAsync(Now.AddSeconds(5), 10);

        Assert.Equal(1, purged);
        Assert.Equal(["running", "young"], (await Store.QueryAsync(new())).Instances.Select(instance => instance.InstanceId));
    }

    private async Task<TurnWork> LoadAsync(string id) =>
        await Store.LoadTurnAsync(id, 100) ?? throw new InvalidOperationException($"'{id}' has nothing to do.");

    private async Task<TurnOutcome> CommitAsync(string id, Func<TurnCommit, TurnCommit>? change = null)
    {
        var commit = Commit(await LoadAsync(id));
        return await Store.CommitTurnAsync(change is null ? commit : change(commit)) ?? throw new InvalidOperationException("The commit was void.");
    }

    private static TimerCall Timer(int id, int seconds) =>
        new(id, Now.AddSeconds(seconds), new() { TimerFired = new() { TimerId = id, FireAt = Now.ToTimestamp() } });
}
