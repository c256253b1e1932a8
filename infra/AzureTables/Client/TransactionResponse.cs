using Azure;

namespace ControlPlane.Infra.AzureTables.Client;

/// <summary>
/// The answers within the answer to a transaction. Only what all services agree on is read: an answer begins with a
/// status line, and its headers end with an empty line; how the boundaries look is not relied on beyond their hyphens.
/// </summary>
internal static class TransactionResponse
{
    /// <summary>One answer for each action, or a single one when an action was refused.</summary>
    public static List<Response> Read(Response response)
    {
        List<Response> answers = [];
        using var lines = new StringReader(response.Content.ToString());
        while (lines.ReadLine() is { } line)
        {
            if (line.StartsWith("HTTP/1.1 ", StringComparison.Ordinal))
                answers.Add(ReadOne(line, lines));
        }

        return answers;
    }

    /// <summary>The position that begins the message of a refused action: "2:The specified entity already exists."</summary>
    public static int? FailedIndex(string message)
    {
        var end = message.IndexOf(':', StringComparison.Ordinal);
        return end > 0 && int.TryParse(message.AsSpan(0, end), out var index) ? index : null;
    }

    private static PartialResponse ReadOne(string status, StringReader lines)
    {
        var parts = status.Split(' ', 3);
        Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);
        while (lines.ReadLine() is { Length: > 0 } line)
        {
            if (line.StartsWith("--", StringComparison.Ordinal))
                return new(int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture), parts[2], headers, "");
            var name = line.IndexOf(':', StringComparison.Ordinal);
            if (name > 0)
                headers[line[..name]] = line[(name + 1)..].Trim();
        }

        var content = lines.Peek() == '{' ? lines.ReadLine()! : "";
        return new(int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture), parts[2], headers, content);
    }
}
