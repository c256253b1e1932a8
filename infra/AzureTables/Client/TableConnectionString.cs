using Azure;

namespace ControlPlane.Infra.AzureTables.Client;

/// <summary>A connection string, taken apart.</summary>
/// <param name="Endpoint">The address of the table service.</param>
/// <param name="Key">The account and its key, unless a signature is given.</param>
/// <param name="Signature">The shared access signature, unless a key is given.</param>
internal sealed record TableConnectionString(Uri Endpoint, TableSharedKeyCredential? Key, AzureSasCredential? Signature)
{
    // The account of every storage emulator. Source: learn.microsoft.com/azure/storage/common/storage-connect-azurite.
    private const string Emulator =
        "AccountName=devstoreaccount1;TableEndpoint=http://127.0.0.1:10002/devstoreaccount1;"
        + "AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    /// <summary>Reads one. No message of a failure repeats any of its values.</summary>
    /// <exception cref="FormatException">Something is missing, or is not a setting.</exception>
    public static TableConnectionString Parse(string text)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        var settings = Settings(text);
        if (settings.GetValueOrDefault("UseDevelopmentStorage") is { } emulator && bool.TryParse(emulator, out var isEmulator) && isEmulator)
            settings = Settings(Emulator);
        var account = settings.GetValueOrDefault("AccountName");
        var endpoint = EndpointOf(settings, account);
        if (settings.GetValueOrDefault("SharedAccessSignature") is { } signature)
            return new(endpoint, null, new(signature));
        if (account is null || settings.GetValueOrDefault("AccountKey") is not { } key)
            throw new FormatException("The connection string has neither AccountName with AccountKey nor SharedAccessSignature.");
        return new(endpoint, new(account, key), null);
    }

    private static Uri EndpointOf(Dictionary<string, string> settings, string? account)
    {
        if (settings.GetValueOrDefault("TableEndpoint") is { } given)
        {
            return Uri.TryCreate(given, UriKind.Absolute, out var endpoint)
                ? endpoint
                : throw new FormatException("The TableEndpoint of the connection string is not an address.");
        }

        if (account is null)
            throw new FormatException("The connection string has neither TableEndpoint nor AccountName.");
        var scheme = settings.GetValueOrDefault("DefaultEndpointsProtocol", "https");
        return new($"{scheme}://{account}.table.{settings.GetValueOrDefault("EndpointSuffix", "core.windows.net")}");
    }

    private static Dictionary<string, string> Settings(string text)
    {
        var settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var pair in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var (name, value) = pair.IndexOf('=', StringComparison.Ordinal) is > 0 and var end
                ? (pair[..end], pair[(end + 1)..])
                : throw new FormatException("The connection string holds a part that is not name=value.");
            settings[name] = value;
        }

        return settings;
    }
}
