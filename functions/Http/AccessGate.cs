using System.Net;
using ControlPlane.Core.Problems;
using Microsoft.Net.Http.Headers;

namespace ControlPlane.Functions.Http;

/// <summary>
/// Lets a request through to its route if its caller may use it. Without keys the control plane listens on loopback
/// only, and anybody on this machine is admin; what must then be kept out are other people's web pages in a browser here.
/// </summary>
internal sealed class AccessGate(KeyRing keys, CallerCheck check)
{
    private const string KeyHeader = "x-functions-key";

    /// <summary>Null when the request may go on.</summary>
    public Problem? Check(HttpContext context)
    {
        if (CheckOrigin(context.Request) is { } crossSite)
            return crossSite;

        // What is no route is answered with "not found", which any known caller may see.
        var needed = context.GetEndpoint() is { } route ? route.Metadata.GetMetadata<NeededRole>()?.Role ?? Role.Admin : Role.Reader;
        if (needed == Role.Anyone)
            return null;
        return check switch
        {
            CallerCheck.FunctionsHost => Accept(context),
            CallerCheck.EasyAuth => CheckSignIn(context, needed),
            _ => keys.IsEmpty ? Know(context, Caller.Local) : CheckKey(context, needed),
        };
    }

    /// <summary>The host has looked at the key.</summary>
    private static Problem? Accept(HttpContext context)
    {
        HostCredentials.RemoveKey(context.Request);
        return Know(context, Caller.FunctionKey);
    }

    private static Problem? CheckSignIn(HttpContext context, Role needed)
    {
        var request = context.Request;
        HostCredentials.RemoveKey(request);
        HostCredentials.RemoveTokens(request);
        var role = EasyAuthPrincipal.Read(request);
        return Compare(role, needed, "Sign in.") ?? Know(context, Caller.SignedIn(request, role!.Value));
    }

    private Problem? CheckKey(HttpContext context, Role needed)
    {
        if (TakeKey(context.Request.Headers) is not { } key)
            return new Problem(ProblemCodes.Unauthenticated, $"Send a key in the header {KeyHeader}, or as Authorization: Bearer.");
        var role = keys.Find(key);
        return Compare(role, needed, "This key is not known.") ?? Know(context, Caller.Of(role!.Value));
    }

    private static Problem? Know(HttpContext context, Caller caller)
    {
        context.Features.Set(caller);
        return null;
    }

    private static Problem? Compare(Role? role, Role needed, string unknown) => role switch
    {
        null => new Problem(ProblemCodes.Unauthenticated, unknown),
        { } has when has < needed => new Problem(ProblemCodes.Forbidden, $"This needs the role {needed.ToString().ToLowerInvariant()}; you have {has.ToString().ToLowerInvariant()}."),
        _ => null,
    };

    /// <summary>
    /// A browser says where a request comes from. One from another site, or one whose host name was made to point here
    /// (DNS rebinding), is refused even without keys.
    /// </summary>
    private Problem? CheckOrigin(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"];
        if (site.Count > 0 && site[0] is "cross-site" or "same-site")
            return new Problem(ProblemCodes.CrossSite, "The request comes from another web site. Call the API from a program or from its own pages.");
        if (request.Headers.Origin is [{ } origin, ..] && !IsOwn(origin, request.Host))
            return new Problem(ProblemCodes.CrossSite, "The request comes from another web site. Call the API from a program or from its own pages.");
        if (check == CallerCheck.OwnKeys && keys.IsEmpty && !IsLoopback(request.Host))
            return new Problem(ProblemCodes.CrossSite, "The Host header names another machine. Use 127.0.0.1, [::1] or localhost.");
        return null;
    }

    private static bool IsOwn(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && string.Equals(uri.Authority, host.Value, StringComparison.OrdinalIgnoreCase);

    private static bool IsLoopback(HostString host)
    {
        if (!host.HasValue)
            return true;
        var name = host.Host.Trim('[', ']');
        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(name, out var address) && IPAddress.IsLoopback(address));
    }

    /// <summary>Reads the key and takes it out of the request: it is for this door, and no engine behind it may learn it.</summary>
    private static string? TakeKey(IHeaderDictionary headers)
    {
        if (headers[KeyHeader] is [{ Length: > 0 } key, ..])
        {
            headers.Remove(KeyHeader);
            return key;
        }

        const string bearer = "Bearer ";
        if (headers.Authorization is not [{ } value, ..] || !value.StartsWith(bearer, StringComparison.OrdinalIgnoreCase))
            return null;
        headers.Remove(HeaderNames.Authorization);
        return value[bearer.Length..].Trim();
    }
}

/// <summary>On a route: the role that it takes.</summary>
internal sealed record NeededRole(Role Role);
