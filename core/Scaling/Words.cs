using System.Globalization;
using ControlPlane.Core.Scaling.Strategies;

namespace ControlPlane.Core.Scaling;

/// <summary>Says a decision in one sentence.</summary>
internal static class Words
{
    public static string Explain(Decision decision, Proposal proposal, GroupView group)
    {
        var parts = new List<string> { Headline(decision) + ": " + proposal.Reason + "." };
        parts.AddRange(decision.Clamps.Select(clamp => $"Not {clamp.Before} but {clamp.After}: {clamp.Reason}."));
        if (!decision.Clamps.Any(clamp => clamp.Name is "stale" or "fallback") && Inputs.Missing(group) is { Count: > 0 } missing)
            parts.Add($"Missing or stale: {string.Join(", ", missing)}.");
        parts.AddRange(group.Broken.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} is replaced: {pair.Value}."));
        return string.Join(" ", parts);
    }

    public static string Span(TimeSpan span) => span.TotalSeconds < 100
        ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.#} s")
        : string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes:0.#} min");

    private static string Headline(Decision decision)
    {
        var steps = new List<string>();
        if (decision.Reclaim.Count > 0)
            steps.Add("call back " + string.Join(", ", decision.Reclaim));
        if (decision.Start.Count > 0)
            steps.Add("start " + string.Join(", ", decision.Start));
        if (decision.Retire.Count > 0)
            steps.Add("retire " + string.Join(", ", decision.Retire));
        return steps.Count == 0
            ? $"Stay at {decision.Current}"
            : $"{decision.Current} -> {decision.Desired}, {string.Join(" and ", steps)}";
    }
}
