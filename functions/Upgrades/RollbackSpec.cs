using ControlPlane.Core.Problems;
using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades;

/// <summary>What a user says to order the way back.</summary>
internal sealed record RollbackSpec
{
    private const int MaxReason = 200;

    /// <summary>Why, for the report; required, 1 to 200 characters.</summary>
    public string? Reason { get; init; }

    /// <summary>The most writes of the new side that may be lost; none when left out.</summary>
    public long? AcceptLostWrites { get; init; }

    /// <summary>Checks every field and says all that is wrong at once.</summary>
    /// <param name="by">Who asks.</param>
    public Result<ReturnOrder> Validate(string by)
    {
        var errors = new List<FieldError>();
        var reason = new FieldChecks(errors).Text("reason", Reason, MaxReason, "why, such as \"reports are wrong\"");
        if (AcceptLostWrites < 0)
            errors.Add(new("acceptLostWrites", $"is {AcceptLostWrites}. Give a whole number from 0."));
        return errors.Count > 0 ? Problem.Invalid(errors) : new ReturnOrder(by, reason, AcceptLostWrites ?? 0);
    }
}
