using System.Globalization;

namespace ControlPlane.Infra.Postgres;

/// <summary>Where to connect, as a program's argument or a subscription takes it; source: libpq, 34.1.1.1.</summary>
internal static class ConnectionText
{
    /// <summary>Only the database, whatever is in its name.</summary>
    public static string Of(string database) => $"dbname={Quoted(database)}";

    /// <summary>
    /// How a server reaches a database of its own as the administrator. It holds the password, which a subscription must have and
    /// which the server shows to superusers alone.
    /// </summary>
    public static string Of(PostgresOptions options, string database)
    {
        var port = options.Port.ToString(CultureInfo.InvariantCulture);
        var text = $"host={Quoted(options.Host)} port={port} {Of(database)} user={Quoted(options.AdminUser)} sslmode={Quoted(options.SslMode)}";
        return options.AdminPassword is { } password ? $"{text} password={Quoted(password)}" : text;
    }

    private static string Quoted(string value) =>
        $"'{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
}
