using ControlPlane.Core.Routing;
using FsCheck;
using FsCheck.Fluent;

namespace ControlPlane.Core.Tests.Routing;

/// <summary>Several routers, each of which knows only the jobs that it has sent itself, share the same backends.</summary>
public sealed class RoutersTests
{
    private static readonly Arbitrary<(int Routers, int[] Weights, int Jobs, int[] Steps)> Cases = (
        from routers in Gen.Choose(1, 3)
        from weights in Gen.Choose(1, 4).NonEmptyListOf()
        from jobs in Gen.Choose(1, 40)
        from steps in Gen.Choose(0, int.MaxValue).ListOf(300)
        select (routers, weights.ToArray(), jobs, steps.ToArray())).ToArbitrary();

    [Fact]
    public void LeastJobs_RoutersOnTheirOwn_NoBackendEverHasMoreThanItsShareAndOneForEachRouter() =>
        Prop.ForAll(Cases, one =>
        {
            var counts = Play(one.Routers, Array.ConvertAll(one.Weights, _ => 1), one.Jobs, int.MaxValue, one.Steps).ToList();

            var share = (int)Math.Ceiling((double)one.Routers * one.Jobs / one.Weights.Length);
            return counts.TrueForAll(sum => sum.Max() <= share + one.Routers);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void LeastJobs_Weights_NoBackendEverHasMoreThanItsWeightsShareAndItsWeightForEachRouter() =>
        Prop.ForAll(Cases, one =>
        {
            var total = one.Weights.Sum();

            // Whoever is picked has the lowest (jobs + 1) / weight, which is at most the mean of all: (jobs - 1 + backends) / total weight.
            var bounds = Array.ConvertAll(one.Weights, weight => one.Routers * (int)Math.Floor(weight * (one.Jobs - 1.0 + one.Weights.Length) / total));
            return Play(one.Routers, one.Weights, one.Jobs, int.MaxValue, one.Steps)
                .All(sum => sum.Zip(bounds).All(pair => pair.First <= pair.Second));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void LeastJobs_Limit_IsNeverPassedByARouter() =>
        Prop.ForAll(Cases, one =>
            Play(1, one.Weights, one.Jobs, 2, one.Steps).All(sum => sum.Max() <= 2)).QuickCheckThrowOnFailure();

    /// <summary>Each step starts a job in one router while it has fewer than it may, or ends one that runs. Gives the jobs of each backend after each step.</summary>
    private static IEnumerable<int[]> Play(int routers, int[] weights, int jobs, int limit, int[] steps)
    {
        var inFlight = Enumerable.Range(0, routers).Select(_ => new int[weights.Length]).ToArray();
        foreach (var step in steps)
        {
            var mine = inFlight[step % routers];
            if (step / 3 % 4 > 0 && mine.Sum() < jobs)
            {
                var picked = Pick.LeastJobs([.. mine.Select((count, index) => new BackendLoad(count, limit, weights[index]))], (uint)step);
                if (picked != Pick.None)
                    mine[picked]++;
            }
            else if (Array.FindIndex(mine, step / 7 % weights.Length, count => count > 0) is var busy and >= 0)
            {
                mine[busy]--;
            }

            yield return [.. Enumerable.Range(0, weights.Length).Select(index => inFlight.Sum(router => router[index]))];
        }
    }
}
