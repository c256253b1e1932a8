using Microsoft.Extensions.Primitives;

namespace ControlPlane.Functions.Router.Forwarding;

/// <summary>Which headers concern one connection only and are not passed on (RFC 9110 section 7.6.1).</summary>
internal static class HopByHop
{
    private const StringComparison IgnoreCase = StringComparison.OrdinalIgnoreCase;

    /// <summary>Whether a header of this name is never passed on.</summary>
    public static bool Contains(string name) => name.Length switch
    {
        _ when name.StartsWith("Proxy-", IgnoreCase) => true,
        2 => name.Equals("TE", IgnoreCase),
        7 => name.Equals("Trailer", IgnoreCase) || name.Equals("Upgrade", IgnoreCase),
        10 => name.Equals("Connection", IgnoreCase) || name.Equals("Keep-Alive", IgnoreCase),
        17 => name.Equals("Transfer-Encoding", IgnoreCase),
        _ => false,
    };

    /// <summary>Whether Connection names anything but what it nearly always does.</summary>
    public static bool AnyNamed(StringValues connection) =>
        connection.Count > 1
        || (connection.Count == 1 && !(connection[0]!.Equals("keep-alive", IgnoreCase) || connection[0]!.Equals("close", IgnoreCase)));

    /// <summary>Whether a Connection header names this other header.</summary>
    public static bool IsNamed(StringValues connection, string name)
    {
        foreach (var value in connection)
        {
            foreach (var option in value.AsSpan().Split(','))
            {
                if (value.AsSpan()[option].Trim(" \t").Equals(name, IgnoreCase))
                    return true;
            }
        }

        return false;
    }
}
