using ControlPlane.Core.Databases;
using ControlPlane.Infra.Sqlite;
using Microsoft.Data.Sqlite;

namespace ControlPlane.Infra.SqliteDatabases;

/// <summary>Tries to open an account's database by its path. Only the folder that is in the link's place counts as the fence's refusal.</summary>
internal static class FileProbe
{
    private const int CannotOpen = 14;

    /// <summary>Tries everything. What opens changes nothing.</summary>
    public static IReadOnlyList<FenceTry> TryAll(string path) =>
    [
        Try("open it to write", path, path, SqliteOpenMode.ReadWrite),
        Try("open it to write, or make it", path, path, SqliteOpenMode.ReadWriteCreate),
        Try("open it by a URI, without locks", path, UriOf(path), SqliteOpenMode.ReadWriteCreate),
    ];

    private static FenceTry Try(string what, string path, string source, SqliteOpenMode mode)
    {
        // To open what is not there would make it.
        var state = AccountPath.Look(path);
        if (state == AccountState.Missing)
            return new(what, FenceOutcome.Unclear, $"There is nothing at {path}.");
        try
        {
            SqliteSession.Open(source, mode).Dispose();
            return new(what, FenceOutcome.Written);
        }
        catch (SqliteException failure)
        {
            return new(what, failure.SqliteErrorCode == CannotOpen && state == AccountState.Shut ? FenceOutcome.Refused : FenceOutcome.Unclear, failure.Message);
        }
    }

    private static string UriOf(string path) => $"file:{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}?nolock=1";
}
