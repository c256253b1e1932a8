namespace ControlPlane.Core.Routing;

/// <summary>
/// The tag that leads to the side of a group that does not serve, so that it can be tried before the switch: the group's
/// tag with <c>@preview</c> behind it. Nobody can give a backend or a monitor such a tag.
/// </summary>
public static class PreviewTag
{
    /// <summary>What stands behind the group's tag.</summary>
    public const string Suffix = "@preview";

    /// <summary>The preview tag of a group.</summary>
    public static string Of(string tag) => tag + Suffix;

    /// <summary>Whether a tag is one.</summary>
    public static bool Is(string tag) => tag.EndsWith(Suffix, StringComparison.Ordinal);
}
