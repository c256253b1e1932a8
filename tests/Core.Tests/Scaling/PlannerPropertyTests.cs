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

    private static string Text(GroupView view)
    {
        var (decision, next) = view.Decide();
        return JsonSerializer.Serialize(decision) + JsonSerializer.Serialize(next);
    }
}
