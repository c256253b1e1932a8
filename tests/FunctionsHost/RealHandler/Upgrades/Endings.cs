using Newtonsoft.Json.Linq;
using Xunit.Abstractions;

namespace ControlPlane.FunctionsHost.RealHandler.Upgrades;

internal static class Endings
{
    /// <summary>Says how an upgrade went, and checks that it ended so.</summary>
    public static void Ended(this JObject end, ITestOutputHelper output, params string[] phases)
    {
        var steps = end["steps"]!.Select(step => $"{step["step"]} {((DateTimeOffset?)step["until"] - (DateTimeOffset)step["since"]!)?.TotalSeconds:0.0} s");
        output.WriteLine($"{end["phase"]} {end["reason"]}: {string.Join(", ", steps)}; held for {end["measures"]!["longestHeld"]} at most");
        Assert.Contains((string)end["phase"]!, phases);
    }
}
