using System.Net;
using System.Text.Json;
using ControlPlane.Core.Backends;
using ControlPlane.Core.Instances;
using ControlPlane.Functions.Orchestrations;
using ControlPlane.Functions.Pools;
using ControlPlane.Functions.Registry;
using ControlPlane.Functions.Tests.Site;
using ControlPlane.Functions.Tick;

namespace ControlPlane.Functions.Tests.Pools;

/// <summary>Two groups and their slots, with the whole control plane between them.</summary>
public sealed class LendingTests : IAsyncLifetime
{
    private PoolSite? _site;

    private PoolSite Site => _site!;

    public async Task InitializeAsync() => _site = await PoolSite.StartAsync();

    public async Task DisposeAsync() => await Site.DisposeAsync();

    /// <summary>A has two slots and nothing to do; B borrows one. A's load comes: B's instance finishes its job, and A has both.</summary>
    [Fact]
    public async Task Recall_OwnerNeedsItsSlot_BorrowerFinishesItsJobAndGivesItBack()
    {
        await Site.AddPoolAsync(recallSeconds: 600, "a1:a", "a2:a", "b1:b");
        await Site.WatchAsync("a", 0, 2);
        await Site.WatchAsync("b", 2, 2);
        await Site.ServesAsync("b", "b-1", "b-2");
        var (borrower, slot) = await BorrowerAsync();
        var job = await BeginJobAsync(borrower);

        await Site.BoundAsync("a", 2, 2, periodSeconds: 3600);

        await Site.Host.StateAsync(borrower, BackendState.Draining);
        await Site.DecidesAsync("a", "the pool has no more free slots; 1 of the group's own are lent to others");
        await Site.ServesAsync("a", "a-1");
        Assert.Equal((borrower, "b", "a"), Lease(await Site.SlotAsync(slot)));
        Assert.Equal(slot, Site.Provider.SlotOf(borrower));

        await Site.Host.Get<InstanceWork>().CallBackAsync(borrower, default);
        Site.Provider.Engine(borrower).LetAllGo();

        await Site.ServesAsync("a", "a-1", "a-2");
        Assert.Equal("200", await job.SoonAsync("the answer to the job"));
        Assert.Equal(slot, Site.Provider.SlotOf("a-2"));
        Assert.Null(Site.Provider.SlotOf(borrower));
        Assert.Empty(Site.Provider.Shared);
        await Site.DecidesAsync("b", "the pool has no more free slots");
    }

    /// <summary>A job that takes too long is cut off when the slot must be back, however long the borrower's own drains may take.</summary>
    [Fact]
    public async Task Recall_BorrowersJobOutlastsTheDeadline_TheSlotGoesBackAllTheSame()
    {
        await Site.AddPoolAsync(recallSeconds: 0.5, "a1:a", "b1:b");
        await Site.WatchAsync("a", 0, 1);
        await Site.WatchAsync("b", 2, 2);
        await Site.ServesAsync("b", "b-1", "b-2");
        var (borrower, slot) = await BorrowerAsync();
        await BeginJobAsync(borrower);

        await Site.BoundAsync("a", 1, 1);

        await Site.ServesAsync("a", "a-1");
        Assert.Equal(slot, Site.Provider.SlotOf("a-1"));
        Assert.Empty(Site.Provider.Shared);
    }

    /// <summary>The slot that is free is too dear for the owner; its own, which it has lent, is not.</summary>
    [Fact]
    public async Task Recall_BudgetRefusesTheFreeSlot_TheOwnOneComesBack()
    {
        object[] slots =
        [
            new { name = "a1", owner = "a", costPerHour = 1, recallDeadlineSeconds = 600 },
            new { name = "b1", owner = "b" },
            new { name = "dear", owner = "c", costPerHour = 5, priority = -5 },
        ];
        await Site.PutAsync("/v1/pools/shared", new { provider = FakeProvider.ProviderName, slots }, HttpStatusCode.Created);
        await Site.PutAsync("/v1/budgets/small", new { tags = new[] { "a" }, maxCostPerHour = 3 }, HttpStatusCode.Created);
        await Site.WatchAsync("a", 0, 1);
        await Site.WatchAsync("b", 2, 2);
        await Site.ServesAsync("b", "b-1", "b-2");

        await Site.BoundAsync("a", 1, 1);

        await Site.ServesAsync("a", "a-1");
        Assert.Equal("a1", Site.Provider.SlotOf("a-1"));
        Assert.Empty(Site.Provider.Shared);
    }

    /// <summary>The control plane died after it had marked the lease and before it had told the borrower.</summary>
    [Fact]
    public async Task Recall_MarkedAndNotTold_IsToldByTheNextDecision()
    {
        await Site.AddPoolAsync(recallSeconds: 600, "a1:a", "b1:b");
        await Site.WatchAsync("a", 0, 1);
        await Site.WatchAsync("b", 2, 2);
        await Site.ServesAsync("b", "b-1", "b-2");
        var (_, slot) = await BorrowerAsync();
        var monitor = (await Site.Host.Get<MonitorBook>().FindAsync("a", default))!.Value;
        Assert.Single(await Site.Host.Get<Lending>().RecallAsync(monitor, 1, default));

        await Site.BoundAsync("a", 1, 1);

        await Site.ServesAsync("a", "a-1");
        Assert.Equal(slot, Site.Provider.SlotOf("a-1"));
        Assert.Empty(Site.Provider.Shared);
    }

    /// <summary>The control plane died, and the row of the instance is gone for whatever reason: nobody is left to give the slot back.</summary>
    [Fact]
    public async Task Lease_OfAnInstanceThatNoRowKnows_IsFreedByTheReconciler()
    {
        await Site.AddPoolAsync(60, "s1");
        var orphan = new Instance { Name = "gone-1", Monitor = "gone", Tag = "gone", Provider = FakeProvider.ProviderName, Pool = "shared", Profile = "generic", OrderedAt = default };
        Assert.Equal("s1", (await Site.Host.Get<Lending>().LeaseAsync(orphan, default)).Slot);

        await Site.Host.Get<Reconciler>().RunAsync(default);

        Assert.Equal("free", (await Site.SlotAsync("s1")).GetProperty("state").GetString());
    }

    /// <summary>Two groups with one budget: together they get what it allows, and the decision says so.</summary>
    [Fact]
    public async Task Budget_OverTwoGroups_HoldsForBothAndStandsInTheDecision()
    {
        await Site.AddPoolAsync(60, "s1", "s2", "s3", "s4");
        await Site.PutAsync("/v1/budgets/both", new { tags = (string[])["a", "b"], maxInstances = 3 }, System.Net.HttpStatusCode.Created);

        await Site.WatchAsync("a", 2, 2);
        await Site.ServesAsync("a", "a-1", "a-2");
        await Site.WatchAsync("b", 2, 2);

        await Site.ServesAsync("b", "b-1");
        await Site.DecidesAsync("b", "the budget \"both\" allows 3 instances, 3 in use");
        Assert.Equal(3, (await Site.Host.GetJsonAsync("/v1/budgets/both")).GetProperty("inUse").GetProperty("instances").GetInt32());

        await Site.PutAsync("/v1/budgets/both", new { tags = (string[])["a", "b"], maxInstances = 4 });
        await Soon.TrueAsync(async () => (await Site.InstancesAsync("b")).Count == 2, "two instances of b");
    }

    [Fact]
    public async Task Quarantine_SlotThatFailedTwice_IsLeftAloneUntilItIsReleased()
    {
        Site.Provider.Sick["s1"] = "its disk is full";
        await Site.AddPoolAsync(60, "s1");

        await Site.WatchAsync("a", 1, 1);

        await Site.DecidesAsync("a", "the pool has no more free slots; in quarantine: s1");
        var slot = await Site.SlotAsync("s1");
        Assert.Equal("quarantined", slot.GetProperty("state").GetString());
        Assert.Equal((2, "its disk is full"), (slot.GetProperty("failures").GetProperty("count").GetInt32(), slot.GetProperty("failures").GetProperty("reason").GetString()));

        Site.Provider.Sick.Clear();
        await Site.Host.PostAsync("/v1/pools/shared/slots/s1:release", "").TextAsync();

        await Soon.TrueAsync(async () => (await Site.InstancesAsync("a")).Count == 1, "an instance of a");
        Assert.False((await Site.SlotAsync("s1")).TryGetProperty("failures", out _));
    }

    [Fact]
    public async Task Start_OneOfTwoSlotsIsSick_TakesTheOther()
    {
        Site.Provider.Sick["s1"] = "its disk is full";
        await Site.AddPoolAsync(60, "s1", "s2");

        await Site.WatchAsync("a", 1, 1);

        await Soon.TrueAsync(async () => (await Site.InstancesAsync("a")).Count == 1, "an instance of a");
        Assert.Equal("s2", Site.Provider.SlotOf("a-2"));
        Assert.Equal("free", (await Site.SlotAsync("s1")).GetProperty("state").GetString());
    }

    private async Task<(string Instance, string Slot)> BorrowerAsync()
    {
        var borrower = Site.Provider.SlotOf("b-1") == "b1" ? "b-2" : "b-1";
        var slot = Site.Provider.SlotOf(borrower)!;
        Assert.Equal((borrower, "b", "a"), Lease(await Site.SlotAsync(slot)));
        return (borrower, slot);
    }

    /// <summary>Runs a job at exactly that instance, which holds it.</summary>
    private async Task<Task<string>> BeginJobAsync(string instance)
    {
        var engine = Site.Provider.Engine(instance);
        engine.Hold();
        var answers = new List<Task<HttpResponseMessage>>();
        while (engine.Running == 0)
        {
            answers.Add(Site.Host.RunAsync("b"));
            await Soon.TrueAsync(() => engine.Running > 0 || answers[^1].IsCompleted, "a job at an engine of b");
        }

        return StatusAsync(answers[^1]);
    }

    private static (string?, string?, string?) Lease(JsonElement slot)
    {
        var lease = slot.GetProperty("lease");
        return (lease.GetProperty("instance").GetString(), lease.GetProperty("tag").GetString(), lease.GetProperty("lentBy").GetString());
    }

    private static async Task<string> StatusAsync(Task<HttpResponseMessage> sending)
    {
        using var answer = await sending;
        return $"{(int)answer.StatusCode}";
    }
}
