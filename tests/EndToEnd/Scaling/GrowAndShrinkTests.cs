using System.Text.RegularExpressions;
using ControlPlane.EndToEnd.Machine;

namespace ControlPlane.EndToEnd.Scaling;

public sealed partial class GrowAndShrinkTests(ITestOutputHelper output)
{
    private const int Clients = 8;

    [Fact]
    public async Task Load_ComesAndGoes_GroupGrowsToMaxAndShrinksToMinAndNoRequestFails()
    {
        await using var site = await Site.ServeAsync("grow");
        await site.Client.AddMonitorAsync(new("g", "g", 1, 3, Samples: 4));
        using var census = Census.Of(site);
        await Convergence.ReachAsync(site, "g", 1);

        await using var load = Load.Begin(site.Client, "g", Profiles.Script(200), Clients);
        await Convergence.ReachAsync(site, "g", 3);
        var answeredBefore = load.Answers.Count;
        await Eventually.TrueAsync(() => Task.FromResult(load.Answers.Count >= answeredBefore + (5 * Clients)), "answers at full size");
        await load.EndAsync();
        await Convergence.ReachAsync(site, "g", 1);

        var decisions = await site.Client.ListDecisionsAsync("g");
        Assert.Equal(3, census.MostOf("g"));
        Assert.Empty(census.Doubled);
        Assert.Empty(load.Failures);
        Assert.All(load.Answers, answer => Assert.Contains(AnsweredBy(answer), census.Instances));
        Assert.True(load.Answers.Select(AnsweredBy).Distinct().Count() >= 3, "not every instance was given work");
        AssertExplained(decisions, census.Instances);
        output.WriteLine($"{load.Answers.Count} requests, {census.Instances.Count} instances");
    }

    /// <summary>The script says in which folder it ran, and each instance has its own.</summary>
    private static string AnsweredBy(Answer answer)
    {
        Assert.True(answer.IsWell, $"{answer.Status}: {answer.Body}");
        return InstanceFolder().Match(answer.Body).Groups[1].Value;
    }

    private static void AssertExplained(List<DecisionView> decisions, IReadOnlyCollection<string> instances)
    {
        Assert.Equal(Enumerable.Range(1, decisions.Count).Select(number => (long)number), decisions.Select(decision => decision.Sequence));
        Assert.All(decisions, decision => Assert.InRange(decision.Desired, 1, 3));
        Assert.All(decisions, decision => Assert.True(decision.Reason.Length > 20 && decision.Rule.Length > 0, decision.ToString()));
        Assert.Equal(instances.Order(), decisions.SelectMany(decision => decision.Start).Order());
        Assert.All(decisions.Where(decision => decision.Start.Count > 0), decision => Assert.Equal("Grow", decision.Action));
        Assert.Contains(decisions, decision => decision is { Action: "Grow", Rule: "busy" } && decision.Reason.Contains("all instances were busy in 4 looks", StringComparison.Ordinal));
        Assert.Contains(decisions, decision => decision is { Action: "Shrink", Rule: "idle" } && decision.Reason.Contains("an instance was idle in", StringComparison.Ordinal));
        Assert.Contains(decisions, decision => decision.Clamps.Any(clamp => clamp is { Name: "max", Reason: "the maximum is 3" }));
    }

    [GeneratedRegex("/instances/([^/\"]+)/engine.db")]
    private static partial Regex InstanceFolder();
}
