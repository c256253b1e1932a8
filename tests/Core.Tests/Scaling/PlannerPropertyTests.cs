using System.Text.Json;
using ControlPlane.Core.Scaling;
using FsCheck;
using FsCheck.Fluent;

namespace ControlPlane.Core.Tests.Scaling;

public sealed class PlannerPropertyTests
{
    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(1000);

    public static TheoryData<string> Rules => [.. PlannerRules.All.Keys];

    [Theory]
    [MemberData(nameof(Rules))]
    public void Decide_AnyGroup_Keeps(string rule) =>
        Prop.ForAll(GroupGenerator.View.ToArbitrary(), view =>
        {
            var (decision, next) = view.Decide();

            return PlannerRules.All[rule](view, decision, next);
        }).Check(Thorough);

    /// <summary>Nothing of a decision may hang on the order in which rows happen to be read.</summary>
    [Fact]
    public void Decide_SameGroupInAnyOrder_DecidesTheSame() =>
        Prop.ForAll(GroupGenerator.View.ToArbitrary(), view =>
        {
            var shuffled = view with
            {
                Instances = [.. view.Instances.Reverse()],
                Broken = view.Broken.Reverse().ToDictionary(pair => pair.Key, pair => pair.Value),
            };

            return Text(view) == Text(view) && Text(view) == Text(shuffled);
        }).Check(Thorough);

    /// <summary>Each look is carried out at once and everything starts well: then a few looks bring the group within its bounds for good.</summary>
    [Fact]
    public void Decide_QuietGroup_ComesWithinItsBounds()
    {
        var bounds =
            from min in Gen.Choose(0, 5)
            from max in Gen.Choose(Math.Max(1, min), 8)
            from count in Gen.Choose(0, 12)
            select (min, max, count);

        Prop.ForAll(bounds.ToArbitrary(), one =>
        {
            var members = Enumerable.Repeat("serving 1", one.count).ToList();
            var view = Group.Of(one.min, one.max, [.. members]);
            var (decision, _) = view.Decide();

            return decision.Desired == Math.Clamp(one.count, one.min, one.max);
        }).Check(Thorough);
    }

    /// <summary>People take away what they have added. The group goes on with what is left, unless that is less than its minimum.</summary>
    [Fact]
    public void Decide_BackendsAddedByHandAreTakenAway_StartsOnlyUpToTheMinimum()
    {
        var groups =
            from min in Gen.Choose(0, 4)
            from own in Gen.Choose(min == 0 ? 0 : 1, 5)
            from byHand in Gen.Choose(1, 4)
            from left in Gen.Choose(0, byHand - 1)
            select (min, own, byHand, left);

        Prop.ForAll(groups.ToArbitrary(), one =>
        {
            var (before, remembered) = Members(one.byHand).Decide();
            var (after, _) = (Members(one.left) with { State = remembered }).Decide();

            return before.Action != ScalingAction.None || after.Start.Count == Math.Max(0, one.min - one.own - one.left);

            GroupView Members(int byHand) =>
                Group.Of(one.min, 20, [.. Enumerable.Repeat("serving 1", one.own), .. Enumerable.Repeat("hand 1", byHand)]);
        }).Check(Thorough);
    }

    /// <summary>A group grows, and nothing comes for the new instance yet. However few looks a change needs, it stays for as many.</summary>
    [Fact]
    public void Decide_NewInstanceWithoutAJob_StaysForAWholeWindow()
    {
        var cases =
            from samples in Gen.Choose(1, 10)
            from looks in Gen.Choose(1, 10)
            select (samples, looks: Math.Min(samples, looks));

        Prop.ForAll(cases.ToArbitrary(), one =>
        {
            var view = Group.Of(1, 3, "serving 1", "new");
            view = view with { Monitor = view.Monitor with { Samples = one.samples } };
            for (var look = 0; look < one.looks; look++)
            {
                var (decision, next) = view.Decide();
                if (decision.Action != ScalingAction.None)
                    return false;
                view = view with { State = next, Now = view.Now + (view.Monitor.Period * 0.9) };
            }

            return true;
        }).Check(Thorough);
    }

    private static string Text(GroupView view)
    {
        var (decision, next) = view.Decide();
        return JsonSerializer.Serialize(decision) + JsonSerializer.Serialize(next);
    }
}
