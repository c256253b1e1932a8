using ControlPlane.Core.Problems;

namespace ControlPlane.Core.Backends;

/// <summary>The rule for names of backends, monitors and profiles.</summary>
public static class ResourceName
{
    /// <summary>The longest name, in characters.</summary>
    public const int MaxLength = 128;

    /// <summary>What is wrong with a name; null when nothing is. A name stands in urls, keys and process lists.</summary>
    public static FieldError? Check(string field, string? name) => name switch
    {
        null or "" => new(field, "is missing. Give a name, such as backend1."),
        { Length: > MaxLength } => new(field, $"has {name.Length} characters. At most {MaxLength} are allowed."),
        _ when name != name.Trim() => new(field, "begins or ends with a blank. Remove it."),
        _ when name.Any(c => char.IsControl(c) || c is '/' or '\\' or '#' or '?' or ',' or '%') =>
            new(field, "holds a control character or one of / \\ # ? , %. Use letters, digits, and characters such as - _ . :"),
        "." or ".." => new(field, "must not be a dot or two dots."),
        _ => null,
    };
}
