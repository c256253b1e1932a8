using Azure.Identity;
using ControlPlane.Infra.AzureTables;
using ControlPlane.Infra.AzureTables.Client;

namespace ControlPlane.Functions.Hosting;

/// <summary>
/// The storage account, from the same settings that the Functions host takes its own from: <c>AzureWebJobsStorage</c> with
/// a connection string, or <c>AzureWebJobsStorage__accountName</c> or <c>AzureWebJobsStorage__tableServiceUri</c> for the
/// app's managed identity.
/// </summary>
internal sealed class StorageSettings
{
    private const string Connection = "AzureWebJobsStorage";

    private readonly Func<TableClientOptions, TableServiceClient> _connect;

    private StorageSettings(string account, Func<TableClientOptions, TableServiceClient> connect) => (Account, _connect) = (account, connect);

    /// <summary>Tells accounts apart; no secret is in it.</summary>
    public string Account { get; }

    /// <exception cref="StartException">A setting is missing or wrong; the text repeats no secret.</exception>
    public static StorageSettings Read()
    {
        if (Setting(Connection) is { } text)
        {
            try
            {
                return new StorageSettings(new TableServiceClient(text).Uri.GetLeftPart(UriPartial.Path), options => new TableServiceClient(text, options));
            }
            catch (FormatException fault)
            {
                throw new StartException($"{Connection}: {fault.Message}");
            }
        }

        var address = Setting($"{Connection}__tableServiceUri")
            ?? (Setting($"{Connection}__accountName") is { } account ? $"https://{account}.table.core.windows.net" : null);
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri))
            throw new StartException($"There is no storage account. Set {Connection} to a connection string, or {Connection}__accountName for a managed identity.");
        var credential = new DefaultAzureCredential(new DefaultAzureCredentialOptions { ManagedIdentityClientId = Setting($"{Connection}__clientId") });
        return new StorageSettings(uri.GetLeftPart(UriPartial.Path), options => new TableServiceClient(uri, credential, options));
    }

    /// <summary>A store in that account. Nothing is asked of the account yet.</summary>
    public AzureTableEntityStore OpenStore(TimeProvider time) => new(_connect, new AzureTableStoreOptions(), time);

    private static string? Setting(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
