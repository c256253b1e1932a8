using System.Text;
using ControlPlane.Core.Problems;

namespace ControlPlane.Core.Backends;

/// <summary>The rule for names of backends, monitors and profiles.</summary>
public static class ResourceName
{
    /// <summary>The longest name, in characters.</summary>
    public const int MaxLength = 128;

    /// <summary>The longest name, in bytes of UTF-8. Source: the longest file name of Linux (NAME_MAX), since an instance's name is its folder's.</summary>
    public const int MaxBytes = 255;

    /// <summary>What is wrong with a name; null when nothing is. A name stands in urls, keys, folders and process lists.</summary>
    /// <param name="field">What the caller calls it.</param>
    /// <param name="name">The name.</param>
    /// <param name="reserved">How many characters are still to come behind it, ASCII ones.</param>
    public static FieldError? Check(string field, string? name, int reserved = 0) => name switch
    {
        null or "" => new(field, "is missing. Give a name, such as backend1."),
        _ when name.Length > MaxLength - reserved => new(field, $"has {name.Length} characters. At most {MaxLength - reserved} are allowed."),
        _ when Encoding.UTF8.GetByteCount(name) > MaxBytes - reserved =>
            new(field, $"takes {Encoding.UTF8.GetByteCount(name)} bytes in UTF-8. At most {MaxBytes - reserved} are allowed, since folders are named for it. Shorten it."),
        _ when name != name.Trim() => new(field, "begins or ends with a blank. Remove it."),
        _ when name.Any(c => char.IsControl(c) || c is '/' or '\\' or '#' or '?' or ',' or '%') =>
            new(field, "holds a control character or one of / \\ # ? , %. Use letters, digits, and characters such as - _ . :"),
        "." or ".." => new(field, "must not be a dot or two dots."),
        _ => null,
    };
}
