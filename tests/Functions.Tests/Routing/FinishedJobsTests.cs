using ControlPlane.Core.Backends;
using ControlPlane.Core.Profiles;
using ControlPlane.Functions.Router;
using ControlPlane.Functions.Tests.Site;
using ControlPlane.TestKit;

namespace ControlPlane.Functions.Tests.Routing;

/// <summary>From this number the length of a job is learned: it must never jump up for another reason than jobs that end.</summary>
public sealed class FinishedJobsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Dispatcher _dispatcher;
    private readonly FinishedJobs _finished;
    private readonly Destination _first;
    private readonly Destination _second;

    public FinishedJobsTests()
    {
        var options = new RouterOptions();
        _dispatcher = new Dispatcher(new WaitQueue(options, _time), options, _time);
        _finished = new FinishedJobs(_dispatcher);
        (_first, _second) = (Sample.Destination("b1", "a", _time), Sample.Destination("b2", "a,b", _time));
        Use(_first, _second);
    }

    [Fact]
    public void Of_JobsOfSeveralBackends_CountsThemForEachTag()
    {
        Finish(_first, 3);
        Finish(_second, 2);

        Assert.Equal((5, 2, 0), (_finished.Of("a"), _finished.Of("b"), _finished.Of("c")));
    }

    [Fact]
    public void Of_ABackendLeaves_TakesNothingAway()
    {
        Finish(_first, 3);
        Assert.Equal(3, _finished.Of("a"));

        Use(_second);
        Finish(_second, 1);

        Assert.Equal(4, _finished.Of("a"));
    }

    [Fact]
    public void Of_ABackendGetsATag_BringsNothingAlong()
    {
        Finish(_first, 1000);
        Assert.Equal(0, _finished.Of("b") + _finished.Of("a") - 1000);

        _first.Refresh(_first.Backend with { Tags = TagSet.Parse("tag", "a,b").Value }, new EngineProfile { Name = "generic" });
        Use(_first, _second);
        Finish(_first, 1);

        Assert.Equal((1001, 1), (_finished.Of("a"), _finished.Of("b")));
    }

    [Fact]
    public void All_GivesEveryTag_AndRestartBeginsAtZero()
    {
        Finish(_second, 2);

        Assert.Equal(new Dictionary<string, long> { ["a"] = 2, ["b"] = 2 }, _finished.All());

        _finished.Restart();
        Finish(_second, 1);
        Assert.Equal(new Dictionary<string, long> { ["a"] = 1, ["b"] = 1 }, _finished.All());
    }

    private static void Finish(Destination destination, int jobs)
    {
        for (var i = 0; i < jobs; i++)
        {
            Assert.True(destination.TryAcquire(destination.InFlight, out var place));
            destination.Jobs.End(place.Started, hasRun: true);
        }
    }

    private void Use(params Destination[] destinations) => _dispatcher.Use(new RoutingTable(destinations, []));
}
