using System.Text.Json;
using ControlPlane.Core.Scaling;
using FsCheck;
using FsCheck.Fluent;

namespace ControlPlane.Core.Tests.Scaling;

public sealed class DemandPropertyTests
{
    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(1000);

    /// <summary>These say what a strategy alone may do; a demand is more than that.</summary>
    private static readonly string[] OfStrategies = ["holding, starts only what is missing of its own or of the minimum", "retires none as idle that is new"];

    private static readonly Gen<Demand> AnyDemand =
        from source in Gen.Elements("scale", "alert:a:1", "alert:a:2", "alert:b:1", "other")
        from count in Gen.Choose(0, 12)
        from isExact in Gen.Elements(true, false)
        from since in Gen.Choose(-9, 0)
        from until in Gen.Choose(-5, 9)
        select new Demand(source, count, isExact, Group.Now.AddSeconds(since), Group.Now.AddSeconds(until), "because");

    private static readonly Gen<GroupView> Asked =
        from view in GroupGenerator.View
        from demands in AnyDemand.ListOf()
        select view with { Demands = [.. demands] };

    public static TheoryData<string> Rules => [.. PlannerRules.All.Keys.Except([.. OfStrategies, "the inputs are kept"])];

    [Theory]
    [MemberData(nameof(Rules))]
    public void Decide_AnyDemands_KeepsWhatHoldsOfEveryDecision(string rule) =>
        Prop.ForAll(Asked.ToArbitrary(), view =>
        {
            var (decision, next) = view.Decide();

            return PlannerRules.All[rule](view, decision, next);
        }).Check(Thorough);

    [Fact]
    public void Decide_AnyDemands_LeadOutsideOfNoBounds() =>
        Prop.ForAll(Asked.ToArbitrary(), view =>
        {
            var (decision, _) = view.Decide();
            var asked = decision.Clamps.LastOrDefault(clamp => clamp.Name is "scale" or "alert");
            var limited = decision.Clamps.SkipWhile(clamp => clamp != asked).Skip(1).FirstOrDefault(clamp => clamp.Name is "min" or "max");
            var after = limited?.After ?? asked?.After;

            return after is null || (after >= view.Monitor.Min && after <= view.Monitor.Max);
        }).Check(Thorough);

    [Fact]
    public void Decide_NoDemandInForce_ChangesNothing() =>
        Prop.ForAll(Asked.ToArbitrary(), view =>
        {
            var over = view with { Demands = [.. view.Demands.Where(demand => demand.Until <= view.Now)] };

            return Text(over) == Text(over with { Demands = [] });
        }).Check(Thorough);

    [Fact]
    public void Decide_Floors_NeverLeaveFewer() =>
        Prop.ForAll(Asked.ToArbitrary(), view =>
        {
            var floors = view with { Demands = [.. view.Demands.Select(demand => demand with { IsExact = false })] };

            return floors.Decide().Decision.Desired >= (view with { Demands = [] }).Decide().Decision.Desired;
        }).Check(Thorough);

    [Fact]
    public void Decide_DemandsInAnyOrder_DecidesTheSame() =>
        Prop.ForAll(Asked.ToArbitrary(), view =>
        {
            var one = view with { Demands = [.. view.Demands.DistinctBy(demand => demand.Source)] };

            return Text(one) == Text(one with { Demands = [.. one.Demands.Reverse()] });
        }).Check(Thorough);

    private static string Text(GroupView view)
    {
        var (decision, next) = view.Decide();
        return JsonSerializer.Serialize(decision) + JsonSerializer.Serialize(next);
    }
}
