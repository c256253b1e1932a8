using System.Text.RegularExpressions;
using Azure;

namespace ControlPlane.Infra.AzureTables;

/// <summary>ETags without the quotes and the weakness mark in which the service dresses them.</summary>
internal static partial class StorageETag
{
    /// <summary>An ETag of the service's form that no row ever has.</summary>
    public const string OfNoRow = "datetime'1970-01-01T00%3A00%3A00Z'";

    public static string Opaque(ETag etag)
    {
        var text = etag.ToString();
        return text.StartsWith("W/\"", StringComparison.Ordinal) ? text[3..^1] : text;
    }

    /// <summary>The condition for a change. The service calls a foreign form bad input, where it is but an ETag that does not fit.</summary>
    public static ETag Condition(string? opaque) => opaque switch
    {
        null => ETag.All,
        _ => new($"W/\"{(OfTheService().IsMatch(opaque) ? opaque : OfNoRow)}\""),
    };

    [GeneratedRegex(@"^datetime'[0-9T:%A.Z-]+'\z")]
    private static partial Regex OfTheService();
}
