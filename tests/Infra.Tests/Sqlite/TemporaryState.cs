using ControlPlane.Infra.Sqlite;

namespace ControlPlane.Infra.Tests.Sqlite;

/// <summary>A state file in a folder of its own, gone with the test.</summary>
internal sealed class TemporaryState : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("controlplane-");

    public TemporaryState() => File = SqliteFile.Open(Path);

    public string Path => System.IO.Path.Combine(_folder.FullName, "state.db");

    public SqliteFile File { get; private set; }

    /// <summary>Closes the file and opens it again, as another process would.</summary>
    public async Task ReopenAsync()
    {
        await File.DisposeAsync();
        File = SqliteFile.Open(Path);
    }

    public void Dispose()
    {
        File.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _folder.Delete(recursive: true);
    }
}
