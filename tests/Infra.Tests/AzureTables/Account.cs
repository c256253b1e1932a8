using ControlPlane.Infra.AzureTables.Client;
using ControlPlane.TestKit;

namespace ControlPlane.Infra.Tests.AzureTables;

/// <summary>An account that nobody has.</summary>
internal static class Account
{
    public static Uri Endpoint { get; } = new("https://example.table.core.windows.net");

    public static TableSharedKeyCredential SharedKey { get; } = new("example", Azurite.AccountKey);
}
