using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace SqlEngine.Sqlite;

/// <summary>
/// Loads the native library: the system's, because it gets security updates, or else the one in the package.
/// </summary>
internal static class SqliteLibrary
{
    private const string SystemName = "libsqlite3.so.0";

    private static readonly Lazy<bool> Loaded = new(LoadOnce);

    private static bool _knowsErrorOffset;

    public static void Load() => _ = Loaded.Value;

    /// <summary>Where the last failed statement went wrong, in bytes from 0; null when the library cannot tell (before 3.38).</summary>
    public static int? ErrorOffset(sqlite3 database)
    {
        if (!_knowsErrorOffset)
            return null;
        var offset = ReadErrorOffset(database.DangerousGetHandle());
        return offset < 0 ? null : offset;
    }

    private static bool LoadOnce()
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
        if (NativeLibrary.TryLoad(SystemName, out var system))
            _knowsErrorOffset = NativeLibrary.TryGetExport(system, "sqlite3_error_offset", out _);
        Batteries_V2.Init();
        return true;
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        NativeLibrary.TryLoad(SystemName, out var system) ? system : NativeLibrary.Load(name, assembly, path);

    [DllImport(SystemName, EntryPoint = "sqlite3_error_offset")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ReadErrorOffset(nint database);
}
