using ControlPlane.Core.Databases;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace ControlPlane.Infra.DatabaseFile;

/// <summary>A database server as its file says it.</summary>
/// <param name="Name">The name that monitors use.</param>
/// <param name="Address">Where it is.</param>
/// <param name="User">The account of this control plane there.</param>
/// <param name="Password">Its password; a secret, empty when the server wants none.</param>
public sealed record DatabaseEntry(string Name, DatabaseAddress Address, string User, string Password)
{
    /// <summary>Without the password: it may stand in a log.</summary>
    public override string ToString() => $"{Name}: {Address.Kind} at {Address.Host}:{Address.Port} as {User}";
}

/// <summary>Reads the file of database servers: YAML, one entry for each server.</summary>
public static class DatabaseList
{
    /// <summary>The kinds of servers that there are.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["postgres"];

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
            throw new FormatException($"line {fault.Start.Line} is no YAML of database servers. Known fields: kind, host, port, user, password");
        }

        return [.. (servers ?? []).Select(server => Check(server.Key, server.Value ?? new DatabaseYaml()))];
    }

    private static DatabaseEntry Check(string name, DatabaseYaml yaml)
    {
        if (!Kinds.Contains(yaml.Kind))
            throw new FormatException($"{name}: kind is not known. Known: {string.Join(", ", Kinds)}");
        if (string.IsNullOrWhiteSpace(yaml.Host))
            throw new FormatException($"{name}: host is missing. Give a name, an address, or the folder of a local socket");
        if (yaml.Port is < 1 or > 65_535)
            throw new FormatException($"{name}: port is {yaml.Port}. Give a number from 1 to 65535");
        if (string.IsNullOrWhiteSpace(yaml.User))
            throw new FormatException($"{name}: user is missing. Give the account of this control plane on the server");
        return new DatabaseEntry(name, new DatabaseAddress(yaml.Kind!, yaml.Host, yaml.Port ?? 5432), yaml.User, yaml.Password ?? "");
    }
}
