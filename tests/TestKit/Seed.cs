using System.Globalization;
using Xunit.Abstractions;

namespace ControlPlane.TestKit;

/// <summary>
/// The seed of what a run of the tests does at random. It is printed and stands in failures; CONTROLPLANE_TEST_SEED sets
/// it, so that a failed run can be done again.
/// </summary>
public static class Seed
{
    private const string Variable = "CONTROLPLANE_TEST_SEED";

    /// <summary>The seed of this run.</summary>
    public static int OfRun { get; } = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text
        ? int.Parse(text, CultureInfo.InvariantCulture)
        : Random.Shared.Next();

    /// <summary>Prints the seed and returns it.</summary>
    public static int Take(ITestOutputHelper output)
    {
        output.WriteLine($"{Variable}={OfRun}");
        return OfRun;
    }

    /// <summary>Prints the seed and returns what one test draws from it: another sequence for each name.</summary>
    public static Random Begin(ITestOutputHelper output, string name) => new(name.Aggregate(Take(output), (seed, letter) => unchecked((seed * 31) + letter)));
}
