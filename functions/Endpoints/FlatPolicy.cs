using ControlPlane.Core.Monitors;
using ControlPlane.Core.Problems;
using ControlPlane.Core.Scaling.Policies;
using ControlPlane.Functions.Http;

namespace ControlPlane.Functions.Endpoints;

/// <summary>
/// The short form of a policy: its plain values as form parameters of the same names, and <c>sloSeconds</c> for the one
/// signal that most groups need, how long a job may wait.
/// </summary>
internal static class FlatPolicy
{
    private const string Slo = "sloSeconds";

    public static IReadOnlyList<string> Fields { get; } =
    [
        Slo, "outCooldownSeconds", "inCooldownSeconds", "maxStepOut", "maxStepIn", "stabilisationWindowSeconds", "holdsBreakEven",
        "sparesJobsOverSeconds", "fallbackCount", "pressureStaleAfterSeconds", "isDryRun",
    ];

    /// <summary>Reads it; null when no parameter of a policy is given.</summary>
    public static PolicySpec? Read(RequestFields fields, List<FieldError> errors) => !fields.Names.Intersect(Fields).Any() ? null : new PolicySpec
    {
        Signals = fields.Decimal(Slo, errors) is { } slo ? [new SignalSpec { Name = "wait", Kind = nameof(SignalKind.QueueWait), Target = slo }] : [],
        OutCooldownSeconds = fields.Decimal("outCooldownSeconds", errors),
        InCooldownSeconds = fields.Decimal("inCooldownSeconds", errors),
        MaxStepOut = fields.Number("maxStepOut", errors),
        MaxStepIn = fields.Number("maxStepIn", errors),
        StabilisationWindowSeconds = fields.Decimal("stabilisationWindowSeconds", errors),
        HoldsBreakEven = fields.Truth("holdsBreakEven", errors),
        SparesJobsOverSeconds = fields.Decimal("sparesJobsOverSeconds", errors),
        FallbackCount = fields.Number("fallbackCount", errors),
        PressureStaleAfterSeconds = fields.Decimal("pressureStaleAfterSeconds", errors),
        IsDryRun = fields.Truth("isDryRun", errors),
    };

    /// <summary>Names the fields of a refusal as the caller wrote them.</summary>
    public static Problem Flatten(Problem problem) => Problem.Invalid([.. problem.Errors.Select(error => error with
    {
        Field = error.Field == "policy.signals[0].target" ? Slo : error.Field.Replace("policy.", "", StringComparison.Ordinal),
    })]);
}
