namespace ControlPlane.Functions.Signals;

/// <summary>The tokens that sources want to see, each for the addresses below one.</summary>
internal sealed class SignalTokens
{
    private readonly List<(Uri Prefix, string Token)> _tokens = [];

    private SignalTokens()
    {
    }

    public static SignalTokens None { get; } = new();

    /// <summary>Reads lines of an address and a token; empty lines and those that begin with # do not count.</summary>
    /// <exception cref="FormatException">A line is neither; the message names its number and never its text.</exception>
    public static SignalTokens Parse(IEnumerable<string> lines)
    {
        var tokens = new SignalTokens();
        foreach (var (number, line) in lines.Index())
        {
            var parts = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length == 0 || parts[0].StartsWith('#'))
                continue;
            if (parts.Length != 2 || !Uri.TryCreate(parts[0], UriKind.Absolute, out var prefix) || prefix.Scheme is not ("http" or "https")
                || prefix.UserInfo.Length + prefix.Query.Length + prefix.Fragment.Length > 0)
            {
                throw new FormatException($"line {number + 1} must be an http or https address without user and query, a blank and a token");
            }

            if (parts[1].Any(c => c is < '!' or > '~'))
                throw new FormatException($"line {number + 1} has a token with characters that no header can carry");
            tokens._tokens.Add((prefix, parts[1]));
        }

        return tokens;
    }

    /// <summary>The token of the longest address that this one is below; null when there is none.</summary>
    public string? Find(Uri address) => _tokens
        .Where(token => IsBelow(address, token.Prefix))
        .OrderByDescending(token => token.Prefix.AbsolutePath.Length)
        .Select(token => token.Token)
        .FirstOrDefault();

    /// <summary>By its parts, not by its text: <c>http://prom</c> must not be a beginning of <c>http://prom.example</c>, nor <c>/a</c> one of <c>/ab</c>.</summary>
    private static bool IsBelow(Uri address, Uri prefix)
    {
        var path = prefix.AbsolutePath.TrimEnd('/');
        return Uri.Compare(address, prefix, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0
            && (address.AbsolutePath == path || address.AbsolutePath.StartsWith(path + "/", StringComparison.Ordinal));
    }
}
