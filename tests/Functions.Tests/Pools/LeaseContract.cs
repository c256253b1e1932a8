using ControlPlane.Core.Backends;
using ControlPlane.Core.Instances;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Storage;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Pools;
using ControlPlane.Functions.Registry;

namespace ControlPlane.Functions.Tests.Pools;

/// <summary>Many at once lease, release and take slots out, in several processes that share nothing but the store.</summary>
public abstract class LeaseContract
{
    private const int Processes = 6;
    private const int Many = 48;

    protected abstract IEntityStore Store { get; }

    [Fact]
    public async Task Lease_ManyAtOnce_NoTwoShareASlot()
    {
        var processes = await StartAsync(slots: 20);

        var outcomes = await AtOnceAsync(Many, number => processes[number % Processes].Lending.LeaseAsync(Instance("a", number), default));

        var leased = outcomes.Where(outcome => outcome.Slot is not null).ToList();
        Assert.Equal(20, leased.Count);
        Assert.Equal(20, leased.Select(outcome => outcome.Slot).Distinct().Count());
        Assert.All(outcomes.Except(leased), outcome => Assert.Equal("the pool has no more free slots", outcome.Refusal));
    }

    [Theory]
    [InlineData(7, null, null, 7)]
    [InlineData(null, 9, null, 4)]
    [InlineData(null, null, 3.2, 6)]
    [InlineData(0, null, null, 0)]
    public async Task Lease_ManyOfSeveralGroupsAtOnce_TheirBudgetIsUsedUpAndNeverPassed(int? instances, int? cores, double? cost, int expected)
    {
        var processes = await StartAsync(slots: 20);
        await AddBudgetAsync(processes[0], instances, cores, (decimal?)cost);

        var outcomes = await AtOnceAsync(Many, number => processes[number % Processes].Lending.LeaseAsync(Instance(number % 2 == 0 ? "a" : "b", number), default));

        Assert.Equal(expected, outcomes.Count(outcome => outcome.Slot is not null));
        Assert.All(outcomes.Where(outcome => outcome.Slot is null), outcome => Assert.StartsWith("the budget \"both\" allows", outcome.Refusal, StringComparison.Ordinal));
    }

    /// <summary>They come and go for a while, each looking after every step at what all of them have.</summary>
    [Fact]
    public async Task LeaseAndRelease_ToAndFro_NeverPassTheBudgetAndLeaveNothing()
    {
        var processes = await StartAsync(slots: 6);
        await AddBudgetAsync(processes[0], instances: 4);
        var most = 0;

        await AtOnceAsync(12, async number =>
        {
            var (lending, instance) = (processes[number % Processes].Lending, Instance(number % 2 == 0 ? "a" : "b", number));
            for (var round = 0; round < 10; round++)
            {
                await lending.LeaseAsync(instance, default);
                var leases = await lending.ListAsync(default);
                Assert.Equal(leases.Count, leases.Select(lease => lease.Slot).Distinct().Count());
                InterlockedMax(ref most, leases.Count);
                await lending.ReleaseAsync(instance, null, default);
            }

            return true;
        });

        Assert.InRange(most, 1, 4);
        Assert.Empty(await processes[0].Lending.ListAsync(default));
    }

    [Fact]
    public async Task LeaseAndRelease_ComeTwice_AsAfterACrash_ChangeNothing()
    {
        var processes = await StartAsync(slots: 2);
        var instance = Instance("a", 1);

        var first = await processes[0].Lending.LeaseAsync(instance, default);
        var second = await processes[1].Lending.LeaseAsync(instance, default);

        Assert.Equal(first, second);
        Assert.Single(await processes[2].Lending.ListAsync(default));
        await processes[0].Lending.ReleaseAsync(instance, "it failed", default);
        await processes[1].Lending.ReleaseAsync(instance, "it failed", default);
        Assert.Empty(await processes[2].Lending.ListAsync(default));
        Assert.Equal(1, (await processes[2].Leases.ReadAsync(default)).Health[first.Slot!].Failures);
    }

    /// <summary>A slot goes out while many want it: either it is leased and stays, or it is out and nobody has it.</summary>
    [Fact]
    public async Task TakeSlotOut_WhileManyWantIt_NobodyGetsASlotThatIsOut()
    {
        for (var round = 0; round < 10; round++)
        {
            var processes = await StartAsync(slots: 1, name: $"pool{round}");
            var leasing = AtOnceAsync(4, number => processes[number].Lending.LeaseAsync(Instance($"round{round}", number, $"pool{round}"), default));

            var removed = await processes[5].Pools.ChangeAsync($"pool{round}", null, pool => pool.WithSlots([]), default);

            var outcomes = await leasing;
            Assert.Equal(removed.Problem is null ? 0 : 1, outcomes.Count(outcome => outcome.Slot is not null));
            Assert.Equal(removed.Problem is null ? 0 : 1, (await processes[0].Pools.FindAsync($"pool{round}", default))!.Value.Slots.Count);
        }
    }

    private async Task<List<OneProcess>> StartAsync(int slots, string name = "pool")
    {
        var processes = Enumerable.Range(0, Processes).Select(_ => new OneProcess(Store)).ToList();
        var pool = Pool.Empty(name, "local").WithSlots(
            [.. Enumerable.Range(1, slots).Select(number => new Slot { Name = $"{name}-s{number}", Cores = 2, CostPerHour = 0.5m })]);
        Assert.Null((await processes[0].Pools.AddAsync(pool, default)).Problem);
        return processes;
    }

    private static async Task AddBudgetAsync(OneProcess process, int? instances = null, int? cores = null, decimal? cost = null)
    {
        var budget = new Budget { Name = "both", Tags = TagSet.Parse("tags", "a,b").Value, MaxInstances = instances, MaxCores = cores, MaxCostPerHour = cost };
        Assert.Null((await process.Budgets.AddAsync(budget)).Problem);
    }

    private static Instance Instance(string tag, int number, string pool = "pool") => new()
    {
        Name = $"{tag}-{number}",
        Monitor = "watch",
        Tag = tag,
        Provider = "local",
        Pool = pool,
        Profile = "generic",
        OrderedAt = default,
    };

    private static async Task<List<T>> AtOnceAsync<T>(int count, Func<int, Task<T>> act)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var acts = Enumerable.Range(0, count).Select(async number =>
        {
            await gate.Task;
            return await act(number);
        }).ToList();
        gate.SetResult();
        return [.. await Task.WhenAll(acts)];
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most))
            Interlocked.CompareExchange(ref most, value, seen);
    }

    /// <summary>What one process of several has of its own: all but the store.</summary>
    private sealed class OneProcess
    {
        public OneProcess(IEntityStore store)
        {
            var pools = new Registry<Pool>(store, RegistryKinds.Pools, TimeProvider.System);
            Budgets = new Registry<Budget>(store, RegistryKinds.Budgets, TimeProvider.System);
            Leases = new LeaseStore(store);
            Pools = new PoolBook(pools, Leases, new ProviderSet([]), TimeProvider.System);
            Lending = new Lending(Leases, Pools, Budgets, TimeProvider.System);
        }

        public Registry<Budget> Budgets { get; }

        public LeaseStore Leases { get; }

        public PoolBook Pools { get; }

        public Lending Lending { get; }
    }
}
