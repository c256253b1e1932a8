using System.Text.RegularExpressions;

namespace ControlPlane.Core.Profiles;

/// <summary>The <c>${...}</c> in commands and environments that stand for what an instance is told of its version and database.</summary>
public static partial class Placeholder
{
    /// <summary>The version of the engine.</summary>
    public const string Version = "version";

    /// <summary>The epoch of the group.</summary>
    public const string Epoch = "epoch";

    /// <summary>How the names begin that need a database.</summary>
    public const string DatabasePrefix = "database.";

    /// <summary>Where the database server is.</summary>
    public const string DatabaseHost = "database.host";

    /// <summary>Its port.</summary>
    public const string DatabasePort = "database.port";

    /// <summary>The database's name.</summary>
    public const string DatabaseName = "database.name";

    /// <summary>The path of its file, where it is one.</summary>
    public const string DatabaseFile = "database.file";

    /// <summary>The account that may write.</summary>
    public const string DatabaseUser = "database.user";

    /// <summary>Its password; a secret.</summary>
    public const string DatabasePassword = "database.password";

    /// <summary>The account that may only read.</summary>
    public const string DatabaseReader = "database.reader";

    /// <summary>Its password; a secret.</summary>
    public const string DatabaseReaderPassword = "database.readerPassword";

    /// <summary>All those that need a database.</summary>
    public static IReadOnlyList<string> OfDatabase { get; } =
        [DatabaseHost, DatabasePort, DatabaseName, DatabaseFile, DatabaseUser, DatabasePassword, DatabaseReader, DatabaseReaderPassword];

    /// <summary>Those that may stand in an environment only: other users of a machine can read command lines.</summary>
    public static IReadOnlyList<string> Secrets { get; } = [DatabasePassword, DatabaseReaderPassword];

    /// <summary>Finds every <c>${name}</c>; group 1 is the name.</summary>
    [GeneratedRegex(@"\$\{([\w.]+)\}")]
    public static partial Regex Pattern { get; }

    /// <summary>The names in a text.</summary>
    public static IEnumerable<string> NamesIn(string text) => Pattern.Matches(text).Select(match => match.Groups[1].Value);
}
