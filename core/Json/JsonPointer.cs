using System.Globalization;
using System.Text.Json;

namespace ControlPlane.Core.Json;

/// <summary>The way to one value in a JSON document. Source: RFC 6901.</summary>
public static class JsonPointer
{
    /// <summary>Whether a text is one: empty for the whole document, or names each behind a slash, with <c>~0</c> for a tilde and <c>~1</c> for a slash in them.</summary>
    public static bool IsWellFormed(string path)
    {
        if (path is not ("" or ['/', ..]))
            return false;
        for (var tilde = path.IndexOf('~', StringComparison.Ordinal); tilde >= 0; tilde = path.IndexOf('~', tilde + 1))
        {
            if (tilde + 1 == path.Length || path[tilde + 1] is not ('0' or '1'))
                return false;
        }

        return true;
    }

    /// <summary>The value that it leads to; null when there is none. Elements of arrays are counted from 0.</summary>
    public static JsonElement? Find(JsonElement root, string path)
    {
        if (!IsWellFormed(path))
            return null;
        JsonElement? found = root;
        foreach (var name in path.Split('/').Skip(1))
        {
            found = Step(found.Value, name.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal));
            if (found is null)
                return null;
        }

        return found;
    }

    private static JsonElement? Step(JsonElement from, string name)
    {
        if (from.ValueKind == JsonValueKind.Object)
            return from.TryGetProperty(name, out var member) ? member : null;
        return from.ValueKind == JsonValueKind.Array && IndexOf(name) is { } index && index < from.GetArrayLength() ? from[index] : null;
    }

    /// <summary>Leading zeros are not allowed, nor is anything but digits.</summary>
    private static int? IndexOf(string name) =>
        name is "0" or [>= '1' and <= '9', ..] && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : null;
}
