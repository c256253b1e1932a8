namespace ControlPlane.Core.Routing;

/// <summary>Chooses one of several backends. Pure; called for each request.</summary>
public static class Pick
{
    /// <summary>No candidate has room.</summary>
    public const int None = -1;

    /// <summary>
    /// The index of the candidate with room that has the fewest jobs relative to its weight. Candidates that are level
    /// take turns.
    /// </summary>
    /// <param name="candidates">The candidates.</param>
    /// <param name="turn">A number that differs from pick to pick.</param>
    public static int LeastJobs(ReadOnlySpan<BackendLoad> candidates, uint turn)
    {
        var best = None;
        var index = candidates.Length == 0 ? 0 : (int)(turn % (uint)candidates.Length);
        for (var i = 0; i < candidates.Length; i++)
        {
            if (candidates[index].HasRoom && (best == None || IsLighter(candidates[index], candidates[best])))
                best = index;
            if (++index == candidates.Length)
                index = 0;
        }

        return best;
    }

    /// <summary>
    /// The index of the candidate with room that has the most free cores. One without a fresh report comes after all
    /// that have one, so that a backend whose probe fails is never preferred for it; among equals the fewest jobs decide.
    /// </summary>
    public static int MostFreeCores(ReadOnlySpan<BackendLoad> candidates, uint turn)
    {
        var best = None;
        var index = candidates.Length == 0 ? 0 : (int)(turn % (uint)candidates.Length);
        for (var i = 0; i < candidates.Length; i++)
        {
            if (candidates[index].HasRoom && (best == None || IsFreer(candidates[index], candidates[best])))
                best = index;
            if (++index == candidates.Length)
                index = 0;
        }

        return best;
    }

    /// <summary>Compares jobs per weight as they will be with one more, in whole numbers.</summary>
    private static bool IsLighter(in BackendLoad one, in BackendLoad other) =>
        (one.InFlight + 1L) * other.Weight < (other.InFlight + 1L) * one.Weight;

    private static bool IsFreer(in BackendLoad one, in BackendLoad other)
    {
        var (left, right) = (one.FreeCores ?? int.MinValue, other.FreeCores ?? int.MinValue);
        return left > right || (left == right && IsLighter(one, other));
    }
}
