using ControlPlane.Core.Problems;
using ControlPlane.Core.Scaling;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Endpoints;

/// <summary>What a person asks of a group, before any check.</summary>
/// <param name="Count">How many instances, within the monitor's minimum and maximum; required.</param>
/// <param name="Seconds">For how long, 1 to 86400; 900 when left out.</param>
/// <param name="Reason">Why, at most 200 characters; for those who read the decisions.</param>
/// <param name="AtLeast">Whether there may be more of them; false when left out.</param>
internal sealed record ScaleSpec(int? Count = null, double? Seconds = null, string? Reason = null, bool? AtLeast = null)
{
    private const int DefaultSeconds = 900;
    private const int MaxReason = 200;

    /// <summary>Checks every field and says all that is wrong at once.</summary>
    /// <param name="monitor">The group's monitor.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="now">From when it counts.</param>
    public Result<Demand> Validate(Monitor monitor, string by, DateTimeOffset now)
    {
        var errors = new List<FieldError>();
        if (Count is not { } count)
            errors.Add(new("count", $"is missing. Give a whole number from {monitor.Min} to {monitor.Max}."));
        else if (count < monitor.Min || count > monitor.Max)
            errors.Add(new("count", $"is {count}. Give a whole number from {monitor.Min} to {monitor.Max}, the minimum and maximum of the monitor \"{monitor.Name}\"."));
        if (Seconds is not (null or (>= 1 and <= 86_400)))
            errors.Add(new("seconds", $"is {Seconds}. Give a number from 1 to 86400."));
        if (Reason is { Length: > MaxReason })
            errors.Add(new("reason", $"has {Reason.Length} characters. At most {MaxReason} are allowed."));
        else if (Reason?.Any(char.IsControl) == true)
            errors.Add(new("reason", "holds a control character. Remove it."));
        if (errors.Count > 0)
            return Problem.Invalid(errors);
        var reason = $"{by} asked for it" + (string.IsNullOrWhiteSpace(Reason) ? "" : $": {Reason.Trim()}");
        return new Demand(Demand.ByHand, Count!.Value, AtLeast != true, now, now.AddSeconds(Seconds ?? DefaultSeconds), reason);
    }
}
