using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace ControlPlane.Infra.Sqlite;

/// <summary>
/// Chooses the native SQLite: the system's, because it gets security updates, and the one in the package where there
/// is none.
/// </summary>
internal static class SqliteLibrary
{
    private const string Bundled = "e_sqlite3";
    private static readonly string[] SystemNames = ["libsqlite3.so.0", "libsqlite3.dylib"];
    private static readonly Lazy<string> Chosen = new(Choose);
    private static string? _systemName;

    /// <summary>Version and origin of the library in use, such as "3.40.1 (libsqlite3.so.0)".</summary>
    public static string Version => Chosen.Value;

    private static string Choose()
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
        Batteries_V2.Init();
        var version = raw.sqlite3_libversion().utf8_to_string();
        return $"{version} ({_systemName ?? "from the package"})";
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (name != Bundled)
            return 0;
        foreach (var candidate in SystemNames)
        {
            if (!NativeLibrary.TryLoad(candidate, assembly, DllImportSearchPath.SafeDirectories, out var handle))
                continue;
            _systemName = candidate;
            return handle;
        }

        return 0;
    }
}
