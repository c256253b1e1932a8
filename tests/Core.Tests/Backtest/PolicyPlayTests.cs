using ControlPlane.Core.Backtest;
using ControlPlane.Core.Scaling;
using ControlPlane.Core.Scaling.Policies;
using ControlPlane.Core.Scaling.Schedules;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Core.Tests.Backtest;

public sealed class PolicyPlayTests
{
    private static readonly Setting Setting = new() { Step = TimeSpan.FromSeconds(5), Boot = 6, Slots = 2 };

    private static readonly Monitor Slo = Scaling.Group.Policy(1, 9) with { Strategy = "SloSlack" };

    [Fact]
    public void Run_MoreWorkThanOneCanDo_GrowsAndShrinksAgain()
    {
        var play = Run(Slo, Burst());

        Assert.Equal(ScalingAction.Grow, play.Actions[0].Action);
        Assert.Equal(ScalingAction.Shrink, play.Actions[^1].Action);
        Assert.True(play.Outcome.Ready.Max() > 1);
        Assert.Equal(play.Outcome.BilledSteps, play.Outcome.Paid.Sum());
    }

    [Fact]
    public void Run_Twice_IsTheSame()
    {
        var (one, other) = (Run(Slo, Burst()), Run(Slo, Burst()));

        Assert.Equal(one.Outcome.Paid, other.Outcome.Paid);
        Assert.Equal(one.Actions.Select(action => action.Reason), other.Actions.Select(action => action.Reason));
    }

    [Fact]
    public void Run_LongerPeriod_LooksLessOften()
    {
        var play = Run(Slo with { Period = TimeSpan.FromMinutes(1) }, Burst());

        Assert.NotEmpty(play.Actions);
        Assert.All(play.Actions, action => Assert.Equal(Setting.Step, TimeSpan.FromTicks((action.At - Burst().Start).Ticks % TimeSpan.FromMinutes(1).Ticks)));
    }

    [Fact]
    public void Run_Schedule_GoesByTheLoadsOwnClock()
    {
        var night = new Schedule { Name = "night", Begins = CronExpression.Parse("0 2 * * *").Value!, Length = TimeSpan.FromHours(1), Min = 5 };
        var workload = new Workload { Name = "quiet", Jobs = [], Steps = 5 * 720, Start = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero) };

        var play = Run(Slo with { Policy = new ScalingPolicy { Schedules = [night] } }, workload);

        Assert.Equal(1, play.Outcome.Ready[(2 * 720) - 1]);
        Assert.Equal(5, play.Outcome.Ready[(2 * 720) + 20]);
        Assert.Equal(1, play.Outcome.Ready[^1]);
    }

    [Fact]
    public void Run_InputsFromOutside_AreLeftOutAndNamed()
    {
        var policy = new ScalingPolicy
        {
            Signals = [new() { Name = "cpu", Kind = SignalKind.Cpu, Target = 0.7 }, new() { Name = "wait", Kind = SignalKind.QueueWait, Target = 60 }],
            Blockers = [new() { Name = "backup", Query = "up" }],
            Alerts = [new() { Name = "slow", Labels = new Dictionary<string, string> { ["a"] = "b" }, Add = 1 }],
            IsDryRun = true,
            Pause = new(DateTimeOffset.MaxValue, "ops", "move"),
        };

        var play = Run(Slo with { Policy = policy }, Burst());

        Assert.Equal(["wait"], play.Monitor.Policy!.Signals.Select(signal => signal.Name));
        Assert.Equal(5, play.NotReplayed.Count);
        Assert.All(["\"cpu\"", "\"backup\"", "\"slow\"", "dry run", "pause"], word => Assert.Single(play.NotReplayed, line => line.Contains(word, StringComparison.Ordinal)));
        Assert.True(play.Outcome.Actions > 1);
    }

    [Fact]
    public void Run_Cancelled_Ends() =>
        Assert.Throws<OperationCanceledException>(() => PolicyPlay.Run(Slo, Burst(), Setting, 1, 0, new CancellationToken(canceled: true)));

    [Fact]
    public void Run_NobodyServes_CountsWhatNeverStarted()
    {
        var workload = new Workload { Name = "lost", Jobs = [new(3, 1)], Steps = 10 };

        var outcome = Simulator.Play(workload, Setting, new PlannerContender(Scaling.Group.Policy(0, 1), workload, Setting), initial: 0);

        Assert.Equal((1, 1, 7), (outcome.Late, outcome.NeverStarted, outcome.LongestWait));
    }

    private static PolicyPlay Run(Monitor monitor, Workload workload) => PolicyPlay.Run(monitor, workload, Setting, startWith: 1, keptActions: 100);

    /// <summary>Half an hour of work for four instances, and an hour of nothing.</summary>
    private static Workload Burst() => new()
    {
        Name = "burst",
        Jobs = [.. Enumerable.Range(0, 360).Select(step => new Job(step, 8))],
        Steps = 1080,
    };
}
