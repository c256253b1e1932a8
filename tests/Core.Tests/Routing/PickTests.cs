using ControlPlane.Core.Routing;
using FsCheck;
using FsCheck.Fluent;

namespace ControlPlane.Core.Tests.Routing;

public sealed class PickTests
{
    private static readonly Gen<BackendLoad> Load =
        from inFlight in Gen.Choose(0, 6)
        from limit in Gen.Choose(0, 6)
        from weight in Gen.Choose(1, 5)
        from isSampled in Gen.Elements(true, false)
        from cores in Gen.Choose(-4, 8)
        select new BackendLoad(inFlight, limit, weight, isSampled ? cores : null);

    private static readonly Arbitrary<(BackendLoad[] Loads, uint Turn)> Cases = (
        from loads in Load.ListOf()
        from turn in ArbMap.Default.GeneratorFor<uint>()
        select (loads.ToArray(), turn)).ToArbitrary();

    [Fact]
    public void LeastJobs_AnyCandidates_TakesOneWithRoomUnlessThereIsNone() =>
        Prop.ForAll(Cases, one => HasRoomOrNone(one.Loads, Pick.LeastJobs(one.Loads, one.Turn))).QuickCheckThrowOnFailure();

    [Fact]
    public void MostFreeCores_AnyCandidates_TakesOneWithRoomUnlessThereIsNone() =>
        Prop.ForAll(Cases, one => HasRoomOrNone(one.Loads, Pick.MostFreeCores(one.Loads, one.Turn))).QuickCheckThrowOnFailure();

    [Fact]
    public void LeastJobs_AnyCandidates_NoOtherWithRoomHasFewerJobsPerWeight() =>
        Prop.ForAll(Cases, one =>
        {
            var picked = Pick.LeastJobs(one.Loads, one.Turn);

            return picked == Pick.None || one.Loads.Where(load => load.HasRoom).All(other => Share(one.Loads[picked]) <= Share(other));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void MostFreeCores_AnyCandidates_OneWithoutASampleNeverWinsAgainstOneWith() =>
        Prop.ForAll(Cases, one =>
        {
            var picked = Pick.MostFreeCores(one.Loads, one.Turn);

            return picked == Pick.None || one.Loads[picked].FreeCores is not null || one.Loads.All(load => !load.HasRoom || load.FreeCores is null);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void MostFreeCores_AnyCandidates_NoOtherWithRoomHasMoreFreeCores() =>
        Prop.ForAll(Cases, one =>
        {
            var picked = Pick.MostFreeCores(one.Loads, one.Turn);

            return picked == Pick.None || one.Loads.Where(load => load.HasRoom).All(other => !(other.FreeCores > one.Loads[picked].FreeCores));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void LeastJobs_NoCandidates_IsNone()
    {
        Assert.Equal(Pick.None, Pick.LeastJobs([], 7));
        Assert.Equal(Pick.None, Pick.MostFreeCores([], 7));
    }

    [Fact]
    public void LeastJobs_LevelCandidates_TakeTurns()
    {
        BackendLoad[] loads = [new(0, 1, 1), new(0, 1, 1), new(0, 1, 1)];

        var picks = Enumerable.Range(0, 6).Select(turn => Pick.LeastJobs(loads, (uint)turn));

        Assert.Equal([0, 1, 2, 0, 1, 2], picks);
    }

    [Fact]
    public void MostFreeCores_LevelCandidates_TakeTurns()
    {
        BackendLoad[] loads = [new(0, 1, 1, 4), new(0, 1, 1, 4), new(0, 1, 1, 3)];

        var picks = Enumerable.Range(0, 4).Select(turn => Pick.MostFreeCores(loads, (uint)turn)).Distinct();

        Assert.Equal([0, 1], picks.Order());
    }

    [Fact]
    public void MostFreeCores_SameCores_FewestJobsDecide() =>
        Assert.Equal(1, Pick.MostFreeCores([new(2, 9, 1, 4), new(1, 9, 1, 4)], 0));

    /// <summary>The peer scores an instance whose probe fails as the freest of all.</summary>
    [Fact]
    public void MostFreeCores_InstanceWithoutAnswer_ComesLast_PeerDefect01() =>
        Assert.Equal(1, Pick.MostFreeCores([new(0, 9, 1, null), new(8, 9, 1, -3)], 0));

    [Fact]
    public void LeastJobs_TurnOverflows_StillPicks() => Assert.InRange(Pick.LeastJobs([new(0, 1, 1), new(0, 1, 1)], uint.MaxValue), 0, 1);

    private static double Share(BackendLoad load) => (load.InFlight + 1.0) / load.Weight;

    private static bool HasRoomOrNone(BackendLoad[] loads, int picked) =>
        picked == Pick.None ? !loads.Any(load => load.HasRoom) : loads[picked].HasRoom;
}
