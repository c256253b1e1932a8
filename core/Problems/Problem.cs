namespace ControlPlane.Core.Problems;

/// <summary>
/// Why a request was refused, in words for the caller: what is wrong, where, and what to do. An expected failure
/// travels as this value; the edge turns it into <c>application/problem+json</c> (RFC 9457).
/// </summary>
/// <param name="Code">Stable, for programs: one of <see cref="ProblemCodes"/>; each has a page in <c>docs/errors</c>.</param>
/// <param name="Detail">One or two plain sentences, with the fix.</param>
public sealed record Problem(string Code, string Detail)
{
    /// <summary>The fields that are at fault; empty when the fault is no field's.</summary>
    public IReadOnlyList<FieldError> Errors { get; init; } = [];

    /// <summary>When trying again makes sense; null when it does not.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>A refusal for bad fields, all of them at once.</summary>
    public static Problem Invalid(IReadOnlyList<FieldError> errors) =>
        new(ProblemCodes.Invalid, string.Join(" ", errors.Select(error => $"{error.Field}: {error.Message}"))) { Errors = errors };

    /// <summary>A refusal for one bad field.</summary>
    public static Problem Invalid(string field, string message) => Invalid([new FieldError(field, message)]);
}

/// <summary>What is wrong with one field, and the fix.</summary>
/// <param name="Field">The field's name as the caller wrote it.</param>
/// <param name="Message">The rule that was broken, the value where it helps, and what would be right.</param>
public sealed record FieldError(string Field, string Message);
