using FsCheck;
using FsCheck.Fluent;

namespace ControlPlane.Core.Tests.Scaling;

/// <summary>Whole histories of a group, in which every look must keep every rule.</summary>
public sealed class PlannerHistoryTests
{
    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(400);

    [Fact]
    public void Decide_AnyHistory_KeepsEveryRuleAtEveryLook() =>
        Prop.ForAll(Step.Histories, steps =>
        {
            var world = new World();

            world.Play(steps);

            Assert.Empty(world.Faults);
        }).Check(Thorough);

    /// <summary>Whatever went wrong before: what is not needed goes, and nothing more than that.</summary>
    [Fact]
    public void Decide_CalmAfterAnyHistory_EndsAtTheMinimum() =>
        Prop.ForAll(Step.Histories, steps =>
        {
            var world = new World();

            world.Play(steps);
            world.Settle(isBusy: false);

            Assert.Empty(world.Faults);
            Assert.Equal(Math.Max(0, world.Min - world.ByHand), world.Rows);
        }).Check(Thorough);

    [Fact]
    public void Decide_LoadAfterAnyHistory_EndsAtTheMaximum() =>
        Prop.ForAll(Step.Histories, steps =>
        {
            var world = new World();

            world.Play(steps);
            world.Settle(isBusy: true);

            Assert.Empty(world.Faults);
            Assert.Equal(Math.Max(0, world.Max - world.ByHand), world.Rows);
        }).Check(Thorough);
}
