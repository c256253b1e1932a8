using ControlPlane.Functions.Router.Outcomes;
using ControlPlane.Functions.Upgrades;
using ControlPlane.TestKit;

namespace ControlPlane.Functions.Tests.Upgrades;

public sealed class RecentOutcomesTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly RecentOutcomes _recent;

    public RecentOutcomesTests() => _recent = new RecentOutcomes(_time);

    [Fact]
    public void Since_BadMinuteAfterAGoodHour_ShowsTheMinuteAlone()
    {
        for (var second = 0; second < 3600; second++)
            Look(answers: 100 * second, broken: 0);

        var late = default(OutcomeSnapshot);
        for (var second = 0; second <= 60; second++)
            late = Look(answers: 360_000, broken: second);

        Assert.Equal((0, 60), (late!.Answers, late.Failures));
    }

    [Fact]
    public void Since_FirstLook_IsNothing() => Assert.Equal(0, Look(answers: 1000, broken: 1000).Failures);

    [Fact]
    public void Since_TwoUpgrades_AreApart()
    {
        _recent.Since("one", Counts(10, 0));
        _recent.Since("other", Counts(500, 0));

        Assert.Equal(5, _recent.Since("one", Counts(15, 0)).Answers);
    }

    [Fact]
    public void Since_RouterWasRestarted_BeginsAnew()
    {
        Look(answers: 1000, broken: 50);
        var atOnce = Look(answers: 3, broken: 0);
        var later = Look(answers: 10, broken: 2);

        Assert.Equal((0, 0), (atOnce.Answers, atOnce.Failures));
        Assert.Equal((7, 2), (later.Answers, later.Failures));
    }

    [Fact]
    public void Since_NobodyHasLookedForAWindow_BeginsAnew()
    {
        Look(answers: 100, broken: 0);
        _time.Advance(RecentOutcomes.Window * 2);

        Assert.Equal(0, Look(answers: 100, broken: 90).Failures);
    }

    private OutcomeSnapshot Look(long answers, long broken)
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        return _recent.Since("u", Counts(answers, broken));
    }

    private static OutcomeSnapshot Counts(long answers, long broken) =>
        OutcomeSnapshot.Empty with { Latencies = [answers, .. new long[OutcomeSnapshot.Bounds.Count]], Broken = broken };
}
