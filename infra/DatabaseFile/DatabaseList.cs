using ControlPlane.Core.Databases;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace ControlPlane.Infra.DatabaseFile;

/// <summary>A database server, or a folder of database files, as its file says it.</summary>
/// <param name="Name">The name that monitors use.</param>
/// <param name="Address">Where it is.</param>
/// <param name="User">The account of this control plane there; empty for a folder.</param>
/// <param name="Password">Its password; a secret, empty when the server wants none.</param>
public sealed record DatabaseEntry(string Name, DatabaseAddress Address, string User, string Password)
{
    /// <summary>Without the password: it may stand in a log.</summary>
    public override string ToString() => $"{Name}: {Address.Kind} at {Address}{(User.Length == 0 ? "" : $" as {User}")}";
}

/// <summary>Reads the file of database servers: YAML, one entry for each server.</summary>
public static class DatabaseList
{
    /// <summary>The kinds of servers that there are.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [Postgres, Sqlite];

    private const string Postgres = "postgres";
    private const string Sqlite = "sqlite";

    /// <summary>Reads the text of the file.</summary>
    /// <exception cref="FormatException">It is wrong; the message names the server, the field and the fix, and holds no value of it.</exception>
    public static IReadOnlyList<DatabaseEntry> Parse(string text)
    {
        Dictionary<string, DatabaseYaml?>? servers;
        try
        {
            servers = new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).WithDuplicateKeyChecking().Build()
                .Deserialize<Dictionary<string, DatabaseYaml?>?>(text);
        }
        catch (YamlException fault)
        {
            // Its message may repeat what stands there, and that may be a password.
            throw new FormatException($"line {fault.Start.Line} is no YAML of database servers. Known fields: kind, host, port, user, password, folder");
        }

        return [.. (servers ?? []).Select(server => Check(server.Key, server.Value ?? new DatabaseYaml()))];
    }

    private static DatabaseEntry Check(string name, DatabaseYaml yaml) => yaml.Kind switch
    {
        Postgres => CheckServer(name, yaml),
        Sqlite => CheckFolder(name, yaml),
        _ => throw new FormatException($"{name}: kind is not known. Known: {string.Join(", ", Kinds)}"),
    };

    private static DatabaseEntry CheckServer(string name, DatabaseYaml yaml)
    {
        if (yaml.Folder is not null)
            throw new FormatException($"{name}: folder means nothing for a server. Remove it");
        if (string.IsNullOrWhiteSpace(yaml.Host))
            throw new FormatException($"{name}: host is missing. Give a name, an address, or the folder of a local socket");
        if (yaml.Port is < 1 or > 65_535)
            throw new FormatException($"{name}: port is {yaml.Port}. Give a number from 1 to 65535");
        if (string.IsNullOrWhiteSpace(yaml.User))
            throw new FormatException($"{name}: user is missing. Give the account of this control plane on the server");
        return new DatabaseEntry(name, new DatabaseAddress(Postgres, yaml.Host, yaml.Port ?? 5432), yaml.User, yaml.Password ?? "");
    }

    private static DatabaseEntry CheckFolder(string name, DatabaseYaml yaml)
    {
        var others = new[] { ("host", yaml.Host), ("port", (object?)yaml.Port), ("user", yaml.User), ("password", yaml.Password) };
        if (Array.Find(others, field => field.Item2 is not null).Item1 is { } other)
            throw new FormatException($"{name}: {other} means nothing for files. Remove it");
        if (yaml.Folder is null || !Path.IsPathFullyQualified(yaml.Folder))
            throw new FormatException($"{name}: folder is not a path that begins with /. Give the folder of the database files, such as /srv/data");
        return new DatabaseEntry(name, new DatabaseAddress(Sqlite, Path.TrimEndingDirectorySeparator(yaml.Folder), 0), "", "");
    }
}
