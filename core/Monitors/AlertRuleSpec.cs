using ControlPlane.Core.Problems;
using ControlPlane.Core.Scaling.Policies;

namespace ControlPlane.Core.Monitors;

/// <summary>An <see cref="AlertRule"/> as users write it, before any check.</summary>
public sealed record AlertRuleSpec
{
    private const int MaxLabels = 20, MaxLabel = 256;

    /// <summary>See <see cref="AlertRule.Name"/>; required, 1 to 64 characters.</summary>
    public string? Name { get; init; }

    /// <summary>See <see cref="AlertRule.Labels"/>; required, 1 to 20, names and values of at most 256 characters.</summary>
    public IReadOnlyDictionary<string, string?>? Labels { get; init; }

    /// <summary>See <see cref="AlertRule.Add"/>, 1 to 1000; this or the other is required.</summary>
    public int? Add { get; init; }

    /// <summary>See <see cref="AlertRule.AtLeast"/>, 1 to 1000.</summary>
    public int? AtLeast { get; init; }

    /// <summary>See <see cref="AlertRule.LongestHold"/>, in seconds, 60 to 86400; 3600 when left out.</summary>
    public double? LongestHoldSeconds { get; init; }

    /// <summary>How a user would write this rule.</summary>
    public static AlertRuleSpec From(AlertRule rule) => new()
    {
        Name = rule.Name,
        Labels = rule.Labels.ToDictionary(label => label.Key, label => (string?)label.Value),
        Add = rule.Add,
        AtLeast = rule.AtLeast,
        LongestHoldSeconds = rule.LongestHold.TotalSeconds,
    };

    internal AlertRule Validate(FieldChecks at)
    {
        var name = at.Text("name", Name, PolicySpec.MaxName, "a name for decisions, such as queue-alert");
        CheckLabels(at);
        if (Add is null == AtLeast is null)
            at.Refuse(Add is null ? "add" : "atLeast", $"{(Add is null ? "is missing, and so is atLeast" : "cannot stand beside add")}. Give one of the two.");
        return new AlertRule
        {
            Name = name,
            Labels = Labels?.ToDictionary(label => label.Key, label => label.Value ?? "") ?? [],
            Add = at.Whole("add", Add, 1, 1000),
            AtLeast = at.Whole("atLeast", AtLeast, 1, 1000),
            LongestHold = at.Seconds("longestHoldSeconds", LongestHoldSeconds, 60, 86_400) ?? AlertRule.DefaultLongestHold,
        };
    }

    private void CheckLabels(FieldChecks at)
    {
        if (Labels is not { Count: > 0 })
            at.Refuse("labels", "is missing. Give the labels of the alerts that are meant, such as {\"alertname\":\"QueueTooLong\"}.");
        else if (Labels.Count > MaxLabels)
            at.Refuse("labels", $"holds {Labels.Count}. At most {MaxLabels} are allowed.");
        else if (Labels.Any(label => string.IsNullOrWhiteSpace(label.Key) || label.Key.Length > MaxLabel || label.Value is null || label.Value.Length > MaxLabel))
            at.Refuse("labels", $"holds a label without a name or a value, or one of more than {MaxLabel} characters. Give texts.");
    }
}
