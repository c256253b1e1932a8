using System.Security.Cryptography;
using System.Text;

namespace ControlPlane.Functions.Alerts;

/// <summary>Short forms of what senders say without a limit. They become parts of row keys and of sentences.</summary>
internal static class AlertIdentity
{
    private const int MaxFingerprint = 64;
    private const int MaxTitle = 100;

    /// <summary>The text itself if it is short and plain, or else a hash of it.</summary>
    public static string Fingerprint(string text) =>
        text.Length is > 0 and <= MaxFingerprint && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? text
            : Hash(text);

    /// <summary>A hash of labels, in whatever order they came.</summary>
    public static string Fingerprint(IReadOnlyDictionary<string, string> labels) =>
        Hash(string.Concat(labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}\0{label.Value}\0")));

    /// <summary>The beginning of the text.</summary>
    public static string Title(string text) => text.Length <= MaxTitle ? text : text[..(MaxTitle - 1)] + "…";

    /// <summary>The first half of a SHA-256: enough that no two texts share it.</summary>
    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
}
