using System.Globalization;
using System.Text.RegularExpressions;
using ControlPlane.Core.Scaling;
using ControlPlane.Core.Scaling.Policies;
using ControlPlane.Core.Scaling.Strategies;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Tests.Site;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Tests.Groups;

/// <summary>What a strategy that thinks in time learns from the routers.</summary>
public sealed partial class JobLengthTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private const int Jobs = 12;
    private static readonly TimeSpan JobLength = TimeSpan.FromMilliseconds(250);

    private readonly TestHost _host = shared.Host;

    /// <summary>The longest time that a job took here, looks and all: on a busy machine more than it was meant to.</summary>
    private TimeSpan _longest;

    [Fact]
    public async Task Decide_AfterJobsOfKnownLength_TheWaitIsCountedInThatLength()
    {
        var tag = _host.NewName();
        await using var engine = await _host.StartEngineAsync(tag, maxJobs: 1);
        var monitor = Watched(tag);
        var state = new GroupState();
        for (var i = 0; i < Jobs; i++)
            state = await RunOneAsync(engine, monitor, state);

        var learned = state.Memory!.Load!.JobSeconds;
        var (queued, said) = await WaitingAsync(engine, monitor, state);

        // The looks see each job for the whole of its time; what is between two jobs is not work.
        var longest = _longest.TotalSeconds;
        Assert.InRange(learned, JobLength.TotalSeconds * 0.7, longest);
        Assert.InRange(said, Math.Floor(queued * JobLength.TotalSeconds * 0.7), Math.Ceiling(queued * longest) + 1);
    }

    private static Monitor Watched(string tag) => new()
    {
        Id = 1,
        Name = "watch-" + tag,
        Tag = tag,
        Min = 0,
        Max = 4,
        Provider = "local",
        Strategy = "SloSlack",
        Profile = TestProfiles.Startable,
        Policy = new ScalingPolicy(),
    };

    /// <summary>One job of the known length, with a look when it begins and one when it has ended.</summary>
    private async Task<GroupState> RunOneAsync(FakeEngine engine, Monitor monitor, GroupState state)
    {
        engine.Hold();
        var job = _host.RunAsync(monitor.Tag);
        await engine.RunningAsync(1);
        var looked = TimeProvider.System.GetTimestamp();
        (_, state) = await DecideAsync(monitor, state);
        var begun = TimeProvider.System.GetTimestamp();
        await Soon.TrueAsync(() => TimeProvider.System.GetElapsedTime(begun) >= JobLength, "the time that the job takes");
        engine.LetGo();
        await job.TextAsync();
        await Soon.TrueAsync(() => _host.Find(engine.Name)!.InFlight == 0, "the end of the job");
        state = (await DecideAsync(monitor, state)).State;
        var took = TimeProvider.System.GetElapsedTime(looked);
        _longest = took > _longest ? took : _longest;
        return state;
    }

    /// <summary>Ten jobs wait for one that runs: how many, and how many seconds of work the decision says they are.</summary>
    private async Task<(int Queued, double Said)> WaitingAsync(FakeEngine engine, Monitor monitor, GroupState state)
    {
        const int waiting = 10;
        engine.Hold();
        var jobs = Enumerable.Range(0, waiting + 1).Select(_ => _host.RunAsync(monitor.Tag)).ToList();
        await engine.RunningAsync(1);
        await Soon.TrueAsync(async () => (await _host.Get<PressureReader>().ReadAsync(monitor.Tag, default)).Queued == waiting, "ten jobs in the queue");

        var (decision, _) = await DecideAsync(monitor, state);

        engine.LetAllGo();
        foreach (var job in jobs)
            await job.TextAsync();
        return (waiting, double.Parse(Waits().Match(decision.Reason).Groups[1].Value, CultureInfo.InvariantCulture));
    }

    private async Task<(Decision Decision, GroupState State)> DecideAsync(Monitor monitor, GroupState state) =>
        Planner.Decide(await _host.Get<GroupReader>().ReadAsync(monitor, state, default), new SloSlack());

    [GeneratedRegex(@"what waits is (\d+) s of work")]
    private static partial Regex Waits();
}
