using ControlPlane.Core.Problems;
using ControlPlane.Core.Scaling.Policies;

namespace ControlPlane.Core.Monitors;

/// <summary>A <see cref="Pause"/> as users ask for it, before any check.</summary>
public sealed record PauseSpec
{
    private const int MaxReason = 200, LongestSeconds = 30 * 86_400;

    /// <summary>How long it lasts, 1 s to 30 days; required, so that no pause is forgotten for ever.</summary>
    public double? Seconds { get; init; }

    /// <summary>Why, for those who wonder; required, 1 to 200 characters.</summary>
    public string? Reason { get; init; }

    /// <summary>Checks every field and says all that is wrong at once.</summary>
    /// <param name="by">Who asks.</param>
    /// <param name="now">When.</param>
    public Result<Pause> Validate(string by, DateTimeOffset now)
    {
        var errors = new List<FieldError>();
        var at = new FieldChecks(errors);
        if (Seconds is null)
            at.Refuse("seconds", $"is missing. Give a number from 1 to {LongestSeconds}, such as 600 for ten minutes.");
        var length = at.Seconds("seconds", Seconds, 1, LongestSeconds);
        var reason = at.Text("reason", Reason, MaxReason, "why, such as \"backup\"");
        return errors.Count > 0 ? Problem.Invalid(errors) : new Pause(now + length!.Value, by, reason);
    }
}
