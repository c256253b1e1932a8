using ControlPlane.Core.Scaling;
using ControlPlane.Core.Scaling.Policies;
using ControlPlane.Functions.Alerts;
using ControlPlane.Functions.Groups;
using FsCheck;
using FsCheck.Fluent;

namespace ControlPlane.Functions.Tests.Alerts;

public sealed class AlertDemandsTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Hold = TimeSpan.FromMinutes(10);
    private static readonly Dictionary<string, DemandRow> Nothing = [];

    private static readonly AlertRule[] Rules =
    [
        new() { Name = "add", Labels = new Dictionary<string, string>(), Add = 2, LongestHold = Hold },
        new() { Name = "floor", Labels = new Dictionary<string, string>(), AtLeast = 5, LongestHold = Hold },
    ];

    [Theory]
    [InlineData("add", 3, 5)]
    [InlineData("floor", 3, 5)]
    [InlineData("floor", 7, 5)]
    [InlineData("gone", 3, null)]
    public void Apply_Firing_AsksForWhatTheRuleSays(string rule, int standing, int? count)
    {
        var rows = At(0, standing).Apply(Nothing, [Alert(0, rule: rule)]);

        Assert.Equal(count, rows.Values.SingleOrDefault()?.Demand.Count);
        if (count is null)
            return;
        var demand = rows[$"alert:{rule}:f"].Demand;
        Assert.Equal(($"alert:{rule}:f", false, Now, Now + Hold), (demand.Source, demand.IsExact, demand.Since, demand.Until));
        Assert.Contains("\"Queue\" fires since 2026-01-31 12:00:00Z", demand.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_TheSameAgain_ChangesNothing()
    {
        var once = At(0).Apply(Nothing, [Alert(0)]);

        var twice = At(0, standing: 5).Apply(once, [Alert(0), Alert(0)]);

        Assert.Equal(once, twice);
    }

    [Fact]
    public void Apply_RepeatedLater_HoldsLongerAndAsksForNoMore()
    {
        var once = At(0).Apply(Nothing, [Alert(0)]);

        var later = At(5, standing: 5).Apply(once, [Alert(0)]);

        Assert.Equal(once["alert:add:f"].Demand with { Until = Now.AddMinutes(5) + Hold }, later["alert:add:f"].Demand);
    }

    /// <summary>The group has not shrunk yet to what it had before the alert.</summary>
    [Fact]
    public void Apply_RepeatedJustAfterItsHold_AsksForNoMore()
    {
        var once = At(0, standing: 3).Apply(Nothing, [Alert(0)]);

        var late = At(11, standing: 5).Apply(once, [Alert(0)]);

        Assert.Equal(5, late["alert:add:f"].Demand.Count);
        Assert.True(late["alert:add:f"].IsInForce(Now.AddMinutes(11)));
    }

    [Fact]
    public void Apply_Resolved_EndsIt()
    {
        var rows = At(3).Apply(At(0).Apply(Nothing, [Alert(0)]), [Alert(0, isResolved: true)]);

        Assert.Equal(Now.AddMinutes(3), rows["alert:add:f"].Demand.Until);
        Assert.False(rows["alert:add:f"].IsInForce(Now.AddMinutes(3)));
    }

    [Fact]
    public void Apply_ResolvedOfAnEarlierFiring_ChangesNothing()
    {
        var rows = At(2).Apply(Nothing, [Alert(1)]);

        Assert.Equal(rows, At(3).Apply(rows, [Alert(0, isResolved: true)]));
    }

    [Fact]
    public void Apply_FiringAfterItsResolved_ChangesNothing()
    {
        var rows = At(0).Apply(Nothing, [Alert(0, isResolved: true)]);

        Assert.Equal(rows, At(1).Apply(rows, [Alert(0), Alert(-5)]));
        Assert.False(rows["alert:add:f"].IsInForce(Now));
    }

    [Fact]
    public void Apply_FiringAnewAfterItsResolved_AsksAnew()
    {
        var rows = At(2).Apply(At(0).Apply(Nothing, [Alert(0), Alert(0, isResolved: true)]), [Alert(1)]);

        Assert.Equal(5, rows["alert:add:f"].Demand.Count);
        Assert.True(rows["alert:add:f"].IsInForce(Now.AddMinutes(2)));
    }

    /// <summary>Its resolved was lost. What it has added already must not be added again.</summary>
    [Fact]
    public void Apply_FiringAnewWhileInForce_AsksForNoMore()
    {
        var rows = At(2, standing: 5).Apply(At(0).Apply(Nothing, [Alert(0)]), [Alert(1)]);

        Assert.Equal(5, rows["alert:add:f"].Demand.Count);
    }

    [Theory]
    [InlineData(9, true)]
    [InlineData(10, false)]
    public void Apply_ResolvedLongAgo_IsRememberedForAsLongAsTheRuleHolds(int minutes, bool isRemembered)
    {
        var rows = At(0).Apply(Nothing, [Alert(0, isResolved: true)]);

        var later = At(minutes).Apply(rows, [Alert(0)]);

        Assert.Equal(isRemembered, !later["alert:add:f"].IsInForce(Now.AddMinutes(minutes)));
    }

    [Fact]
    public void Apply_OtherRows_Stay()
    {
        var scale = new DemandRow(new Demand("scale", 3, true, Now, Now.AddHours(1), "ann"), Now.AddHours(1));

        var rows = At(0).Apply(new Dictionary<string, DemandRow> { ["scale"] = scale }, [Alert(0)]);

        Assert.Equal(scale, rows["scale"]);
    }

    [Fact]
    public void Apply_MoreThanAGroupMayHave_TakesNoNewOnes()
    {
        var rows = At(0).Apply(Nothing, Enumerable.Range(0, 150).Select(number => Alert(0, fingerprint: $"{number:D3}")));

        Assert.Equal(AlertDemands.MaxInForce, rows.Count);
        Assert.Equal(AlertDemands.MaxInForce, At(1).Apply(rows, [Alert(0, fingerprint: "050"), Alert(0, fingerprint: "200")]).Count);
        Assert.Contains("alert:add:200", At(1).Apply(rows, [Alert(0, fingerprint: "050", isResolved: true), Alert(0, fingerprint: "200")]).Keys);
    }

    [Fact]
    public void Apply_ManyResolved_ForgetsTheOldestFirst()
    {
        IReadOnlyDictionary<string, DemandRow> rows = Nothing;
        for (var number = 0; number < 150; number++)
            rows = (At(0) with { ReceivedAt = Now.AddSeconds(number) }).Apply(rows, [Alert(0, fingerprint: $"{number:D3}", isResolved: true)]);

        Assert.Equal(Enumerable.Range(50, 100).Select(number => $"alert:add:{number:D3}"), rows.Keys.Order());
    }

    /// <summary>What is in force in the end hangs neither on the order nor on how often each came, nor on what came together.</summary>
    [Fact]
    public void Apply_AnyNewsInAnyOrder_ComesToTheSame()
    {
        var one =
            from fingerprint in Gen.Elements("a", "b")
            from starts in Gen.Choose(0, 3)
            from isResolved in Gen.Elements(true, false)
            select Alert(starts, fingerprint: fingerprint, rule: "floor", isResolved: isResolved);
        var histories =
            from news in one.NonEmptyListOf()
            from order in Gen.Shuffle(news.Concat(news).ToArray())
            select (InOrder: news.OrderBy(alert => alert.StartsAt).ThenBy(alert => alert.IsResolved).ToList(), AsTheyCame: order);

        Prop.ForAll(histories.ToArbitrary(), history =>
        {
            var expected = At(5).Apply(Nothing, history.InOrder);
            IReadOnlyDictionary<string, DemandRow> rows = Nothing;
            foreach (var alert in history.AsTheyCame)
                rows = At(5).Apply(rows, [alert]);
            return Outcome(rows).SequenceEqual(Outcome(expected));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    private static IEnumerable<(string Source, bool IsInForce, AlertNews? News)> Outcome(IReadOnlyDictionary<string, DemandRow> rows) =>
        rows.OrderBy(row => row.Key, StringComparer.Ordinal).Select(row => (row.Key, row.Value.IsInForce(Now.AddMinutes(5)), row.Value.News));

    private static AlertDemands At(int minutes, int standing = 3) => new(Rules, standing, Now.AddMinutes(minutes));

    private static AlertDelivery Alert(int startsAt, string fingerprint = "f", string rule = "add", bool isResolved = false) =>
        new("watch", "g", rule, fingerprint, "Queue", Now.AddMinutes(startsAt), isResolved);
}
