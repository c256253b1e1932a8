namespace ControlPlane.Core.Scaling.Load;

/// <summary>
/// Guesses how long an instance's jobs will still run, from what the group has learned about the length of its jobs and
/// from how long these have run. A guess about the mean: no single job is known.
/// </summary>
/// <remarks>
/// With m the learned mean length and a the mean age of the n jobs, one of them is expected to run on for
/// r = max(m - a, a / 2): until the mean, and past it for about half as long as it has run already. The last of n whose
/// rests are exponential with mean r is expected to end after r (1 + 1/2 + ... + 1/n). Source: the expected maximum of n
/// exponential variables, A. Renyi, "On the theory of order statistics", 1953.
/// </remarks>
public static class RemainingWork
{
    /// <summary>How much of its age a job past the mean length is expected to run on.</summary>
    private const double ShareOfAge = 0.5;

    /// <summary>Fills in what can be guessed.</summary>
    /// <param name="pressure">What was read.</param>
    /// <param name="load">What was learned; null when nothing was, and then nothing can be guessed.</param>
    public static Pressure Guess(Pressure pressure, LoadMemory? load) => load is not { Ended: >= 1 } ? pressure : pressure with
    {
        Backends = [.. pressure.Backends.Select(backend => backend with { RemainingWork = Of(backend, load.JobSeconds) })],
    };

    private static TimeSpan? Of(InstanceLoad backend, double meanSeconds)
    {
        if (backend.Jobs == 0)
            return TimeSpan.Zero;
        // Of a job that the engine alone knows, not even the age is known.
        if (backend.InFlight == 0 || backend.RunTime is not { } runTime)
            return null;
        var age = runTime.TotalSeconds / backend.InFlight;
        return TimeSpan.FromSeconds(Math.Max(meanSeconds - age, age * ShareOfAge) * Harmonic(backend.InFlight));
    }

    /// <summary>1 + 1/2 + ... + 1/n, by the Euler-Maclaurin formula, to 2 parts in 100.</summary>
    private static double Harmonic(int n) => n == 1 ? 1 : Math.Log(n) + 0.5772156649 + (0.5 / n);
}
