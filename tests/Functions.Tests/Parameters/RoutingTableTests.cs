using ControlPlane.Core.Backends;
using ControlPlane.Functions.Router;
using ControlPlane.Functions.Tests.Site;
using ControlPlane.TestKit;
using FsCheck;
using FsCheck.Fluent;

namespace ControlPlane.Functions.Tests.Parameters;

public class RoutingTableTests
{
    private static readonly Gen<string> Tags = Gen.Elements("a", "b", "c", "华东", "A");

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Resolve_AnyLists_GivesThoseThatShareATagEachOnce() =>
        Prop.ForAll(
            Tags.ListOf().Where(tags => tags.Count > 0).ArrayOf().ToArbitrary(),
            Tags.ListOf().ToArbitrary(),
            (backends, wanted) =>
            {
                Destination[] all = [.. backends.Select((tags, i) => Sample.Destination($"b{i}", string.Join(",", tags), _time))];
                var table = new RoutingTable(all, []);

                var found = table.Resolve(string.Join(" , ", wanted)).Members;

                var expected = wanted.Count == 0 ? all : all.Where(one => one.Backend.Tags.Any(wanted.Contains));
                Assert.Equal(expected.ToHashSet(), found.ToHashSet());
                Assert.Equal(found.Length, found.Distinct().Count());
            }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("", 2)]
    [InlineData(",,", 2)]
    [InlineData(" a ,", 1)]
    [InlineData("a,b", 2)]
    [InlineData("A", 0)]
    [InlineData("c", 0)]
    public void Resolve_List_TakesBlanksAndEmptyElementsForNothing(string list, int expected)
    {
        var table = new RoutingTable([Sample.Destination("b1", "a", _time), Sample.Destination("b2", "b", _time)], []);

        Assert.Equal(expected, table.Resolve(list).Members.Length);
    }

    [Fact]
    public void Resolve_StatesDiffer_OnlyReadyOnesGetWork()
    {
        var states = Enum.GetValues<BackendState>();
        var table = new RoutingTable(states.Select(state => Sample.Destination(state.ToString(), "a", _time, state)), []);

        var found = table.Resolve("a");

        Assert.Equal(states.Length, found.Members.Length);
        Assert.Equal(BackendState.Ready, Assert.Single(found.Ready).Backend.State);
    }

    [Theory]
    [InlineData("", false, false)]
    [InlineData("", true, true)]
    [InlineData("Joining", false, true)]
    [InlineData("Unhealthy", false, false)]
    [InlineData("Unhealthy", true, false)]
    [InlineData("Unhealthy,Joining", false, true)]
    [InlineData("Draining", false, false)]
    [InlineData("Draining", true, true)]
    public void MayComeUp_NoneReady_SaysWhetherWaitingHelps(string states, bool isMonitored, bool expected)
    {
        var members = states.Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select((state, i) => Sample.Destination($"b{i}", "a", _time, Enum.Parse<BackendState>(state)));

        var found = new RoutingTable(members, isMonitored ? ["a"] : []).Resolve("a");

        Assert.Equal(expected, found.MayComeUp);
    }

    [Theory]
    [InlineData("b, a,,a", "a,b")]
    [InlineData("a,unknown", "a")]
    [InlineData("watched", "watched")]
    [InlineData(" ", "")]
    public void Resolve_SameTagsWrittenInAnyWay_StandInOneLine(string list, string line)
    {
        var table = new RoutingTable([Sample.Destination("b1", "a", _time), Sample.Destination("b2", "b", _time)], ["watched"]);

        Assert.Equal(line, table.Resolve(list).Line);
    }

    [Fact]
    public void Resolve_MoreListsThanAreRemembered_StillAnswersRight()
    {
        var table = new RoutingTable([Sample.Destination("b1", "a", _time)], []);

        for (var i = 0; i < 10_000; i++)
            Assert.Single(table.Resolve($"a,x{i}").Members);

        Assert.Single(table.Resolve("a,x9999").Members);
    }
}
