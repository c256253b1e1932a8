using FsCheck;
using FsCheck.Fluent;

namespace ControlPlane.Durable.Tests.Replay;

public sealed class ReplayPropertyTests
{
    [Fact]
    public void Execute_AnyProgramAndAnyOrderOfDelivery_ReplaysToTheSameActions() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue / 64).ToArbitrary(), seed => new RandomBackend(seed).Run() > 0)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Fact]
    public void RandomPrograms_TakeManyShapes()
    {
        var turns = Enumerable.Range(0, 200).Select(seed => new RandomBackend(seed).Run()).ToList();

        Assert.True(turns.Max() > 20, $"The longest program took only {turns.Max()} turns.");
        Assert.True(turns.Distinct().Count() > 10);
    }
}
