using ControlPlane.Core.Backtest;

namespace ControlPlane.Core.Tests.Backtest;

public sealed class SimulatorTests
{
    private static readonly Setting Small = new() { Boot = 3, Teardown = 2, Slo = 2, Slots = 1, Min = 0 };

    [Fact]
    public void Play_NothingHappens_BillsWhatIsThere()
    {
        var outcome = Play([], 10, initial: 2, grace: 0, _ => Orders.None);

        Assert.Equal((20, 0, 0, 0), (outcome.BilledSteps, outcome.Late, outcome.Actions, outcome.Killed));
    }

    [Fact]
    public void Play_Ordered_IsBilledFromTheNextStepAndServesAfterItsBoot()
    {
        var outcome = Play([], 10, initial: 0, grace: 0, scene => scene.Step == 1 ? new Orders(1, [], []) : Orders.None);

        Assert.Equal([0, 0, 0, 0, 0, 1, 1, 1, 1, 1], outcome.Ready);
        Assert.Equal(8, outcome.BilledSteps);
        Assert.Equal(3, outcome.BootingSteps);
    }

    [Fact]
    public void Play_RetiredWhileIdle_IsBilledForItsTeardown()
    {
        var outcome = Play([], 10, initial: 1, grace: 0, scene => scene.Step == 3 ? Retire(scene) : Orders.None);

        Assert.Equal(4 + Small.Teardown, outcome.BilledSteps);
    }

    [Fact]
    public void Play_RetiredWithAJob_IsBilledUntilItEnds()
    {
        var outcome = Play([new Job(0, 5)], 10, initial: 1, grace: 9, scene => scene.Step == 1 ? Retire(scene) : Orders.None);

        Assert.Equal((5 + Small.Teardown, 0), (outcome.BilledSteps, outcome.Killed));
    }

    [Fact]
    public void Play_JobOutlastsTheGrace_IsKilledAndStartsAgain()
    {
        var outcome = Play([new Job(0, 5)], 20, initial: 2, grace: 1, scene => scene.Step == 1
            ? new Orders(0, [scene.Serving.Single(instance => instance.Running.Count > 0).Name], [])
            : Orders.None);

        Assert.Equal((1, 0), (outcome.Killed, outcome.Late));
    }

    [Fact]
    public void Play_CalledBack_ServesAgain()
    {
        var outcome = Play([new Job(0, 6)], 10, initial: 1, grace: 9, scene => scene.Step switch
        {
            1 => Retire(scene),
            3 => new Orders(0, [], [scene.Instances.Single().Name]),
            _ => Orders.None,
        });

        Assert.Equal([1, 1, 0, 0, 1, 1, 1, 1, 1, 1], outcome.Ready);
    }

    [Fact]
    public void Play_JobsWaitTooLong_AreLate()
    {
        // One slot: they start in steps 0 to 4, and two steps of waiting are allowed.
        var outcome = Play([.. Enumerable.Repeat(new Job(0, 1), 5)], 10, initial: 1, grace: 0, _ => Orders.None);

        Assert.Equal(2, outcome.Late);
    }

    [Fact]
    public void Play_JobNeverStarts_IsLate()
    {
        var outcome = Play([new Job(0, 1)], 10, initial: 0, grace: 0, _ => Orders.None);

        Assert.Equal(1, outcome.Late);
    }

    private static Orders Retire(Scene scene) => new(0, [scene.Serving.First().Name], []);

    private static Outcome Play(IReadOnlyList<Job> jobs, int steps, int initial, int grace, Func<Scene, Orders> look) =>
        Simulator.Play(new Workload { Name = "small", Jobs = jobs, Steps = steps }, Small, new Scripted(grace, look), initial);

    private sealed class Scripted(int grace, Func<Scene, Orders> look) : IContender
    {
        public string Name => "scripted";

        public int Grace => grace;

        public Orders Look(Scene scene) => look(scene);
    }
}
