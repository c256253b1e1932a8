using System.Text.Json;

namespace ControlPlane.Functions.Http;

/// <summary>
/// The caller as App Service authentication describes it: a header with base64 of JSON, whose claims of type
/// <c>roles</c> hold the app roles. Anyone can send such a header, so it counts only where the setting says that the
/// platform stands in front and replaces it.
/// </summary>
internal static class EasyAuthPrincipal
{
    public const string Header = "X-MS-CLIENT-PRINCIPAL";

    /// <summary>The highest of the caller's roles; <see cref="Role.Anyone"/> for one without any; null for no caller.</summary>
    public static Role? Read(HttpRequest request)
    {
        if (request.Headers[Header] is not [{ Length: > 0 } text])
            return null;
        try
        {
            using var json = JsonDocument.Parse(Convert.FromBase64String(text));
            return json.RootElement.GetProperty("claims").EnumerateArray()
                .Where(claim => claim.GetProperty("typ").GetString() == "roles")
                .Select(claim => RoleOf(claim.GetProperty("val").GetString()))
                .DefaultIfEmpty(Role.Anyone)
                .Max();
        }
        catch (Exception fault) when (fault is FormatException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    private static Role RoleOf(string? value) => value?.ToLowerInvariant() switch
    {
        "reader" => Role.Reader,
        "operator" => Role.Operator,
        "admin" => Role.Admin,
        _ => Role.Anyone,
    };
}
