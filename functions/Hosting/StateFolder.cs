using System.Security.Cryptography;
using System.Text.Json;
using ControlPlane.Core.Storage;
using ControlPlane.Functions.Http;
using ControlPlane.Infra.Sqlite;

namespace ControlPlane.Functions.Hosting;

/// <summary>Where the state of a single machine lies.</summary>
internal sealed class StateFolder(string folder)
{
    private const string IdentityTable = "identity";
    private const string IdentityRow = "state";

    public string FullPath { get; } = Path.GetFullPath(folder);

    public string InstancesFolder => Path.Combine(FullPath, "instances");

    /// <summary>Opens the state, and turns whatever stands against it into one clear line.</summary>
    public SqliteFile Open()
    {
        try
        {
            return SqliteFile.Open(Path.Combine(FullPath, "controlplane.db"));
        }
        catch (Exception failure) when (failure is StateInUseException or StateVersionException or StateUnwritableException)
        {
            throw new StartException(failure.Message);
        }
    }

    /// <summary>A name for the state that no other state has. What the control plane starts carries it.</summary>
    public static async Task<string> IdentifyAsync(IEntityStore store)
    {
        while (true)
        {
            if (await store.GetAsync(IdentityTable, IdentityRow, IdentityRow) is { } entity)
                return JsonSerializer.Deserialize(entity.Body, ControlPlaneJson.Default.String)!;
            var made = JsonSerializer.Serialize(RandomNumberGenerator.GetHexString(16, lowercase: true), ControlPlaneJson.Default.String);
            await store.CommitAsync(IdentityTable, IdentityRow, [new EntityChange.Add(IdentityRow, made)]);
        }
    }
}
