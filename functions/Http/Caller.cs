using Microsoft.AspNetCore.Http.Features;

namespace ControlPlane.Functions.Http;

/// <summary>Who sent a request, as far as the gate knows: for records of what people did.</summary>
/// <param name="Name">A name or a role; never a key.</param>
internal sealed record Caller(string Name)
{
    private const string NameHeader = "X-MS-CLIENT-PRINCIPAL-NAME";
    private const int MaxName = 128;

    /// <summary>Somebody on this machine: without keys, nobody else can call.</summary>
    public static Caller Local { get; } = new("somebody on this machine");

    /// <summary>The host has looked at the key, and does not say whose it is.</summary>
    public static Caller FunctionKey { get; } = new("a holder of a function key");

    /// <summary>The holder of a key of ours.</summary>
    public static Caller Of(Role role) => new(role.ToString().ToLowerInvariant());

    /// <summary>Who has signed in at App Service authentication, which puts the name beside the roles.</summary>
    public static Caller SignedIn(HttpRequest request, Role role) =>
        request.Headers[NameHeader] is [{ Length: > 0 and <= MaxName } name] && !name.Any(char.IsControl) ? new(name) : Of(role);

    /// <summary>The caller of a request that the gate has let through.</summary>
    public static Caller Of(HttpContext context) => context.Features.GetRequiredFeature<Caller>();
}
