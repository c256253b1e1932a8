using System.Globalization;

namespace ControlPlane.EndToEnd.Machine;

/// <summary>
/// The seed of what a test does at random. It is printed and stands in failures; CONTROLPLANE_TEST_SEED sets it, so
/// that a failed run can be done again.
/// </summary>
internal static class Seed
{
    private const string Variable = "CONTROLPLANE_TEST_SEED";

    public static int Take(ITestOutputHelper output)
    {
        var seed = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : Random.Shared.Next();
        output.WriteLine($"{Variable}={seed}");
        return seed;
    }
}
