using System.Security.Cryptography;

namespace ControlPlane.Infra.AzureTables;

/// <summary>How the store uses its storage account.</summary>
public sealed record AzureTableStoreOptions
{
    /// <summary>
    /// What the name of each storage table begins with, so that several control planes can share an account. Letters and
    /// digits, the first a letter; default "controlplane".
    /// </summary>
    public string TablePrefix { get; init; } = "controlplane";

    /// <summary>How often a request is repeated that the service did not answer or was too busy for, default 5.</summary>
    public int MaxRetries { get; init; } = 5;

    /// <summary>The wait before the first repetition, which doubles with each, default 0.5 s.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>The longest wait that is chosen here, default 10 s. When the service asks for more, it gets it.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long one try may take, default 30 s: by then the service itself has given up.
    /// Source: learn.microsoft.com/rest/api/storageservices/setting-timeouts-for-table-service-operations.
    /// </summary>
    public TimeSpan TryTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A number from 0 to 1 for each wait, so that several processes do not all come back at once.</summary>
    public Func<double> NextJitter { get; init; } = () => RandomNumberGenerator.GetInt32(1001) / 1000.0;

    /// <summary>A new id for each transaction, never the same twice.</summary>
    public Func<string> NewTransactionId { get; init; } = () => RandomNumberGenerator.GetHexString(32, lowercase: true);
}
