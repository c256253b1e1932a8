using System.Text.RegularExpressions;
using SqlEngine.Options;

namespace ControlPlane.SqlEngine.Tests.Options;

/// <summary>The flags of the shipped profiles are those that the engine knows.</summary>
public sealed partial class ShippedProfileTests
{
    [Fact]
    public void Parse_CommandsOfTheProfileForPostgres_AreAccepted()
    {
        var (serving, migrating) = ParseBoth("sql-engine-pg.yaml");

        var expected = new PostgresOptions { Host = "1", Port = 1, Database = "1", User = "1", Reader = "1" };
        Assert.Equal((expected, 1, false), (serving.Postgres, serving.SchemaVersion, serving.Migrates));
        Assert.Equal((expected, 1, true), (migrating.Postgres, migrating.SchemaVersion, migrating.Migrates));
    }

    [Fact]
    public void Parse_CommandsOfTheProfileForAFile_AreAccepted()
    {
        var (serving, migrating) = ParseBoth("sql-engine-file.yaml");

        Assert.Equal((Path.GetFullPath("1"), 1, false), (serving.DatabaseFile, serving.SchemaVersion, serving.Migrates));
        Assert.Equal((Path.GetFullPath("1"), 1, true), (migrating.DatabaseFile, migrating.SchemaVersion, migrating.Migrates));
    }

    private static (EngineOptions Serving, EngineOptions Migrating) ParseBoth(string profile)
    {
        var sections = Profile(profile).Split("\nmigration:");
        return (Parse(sections[0]), Parse(sections[1]));
    }

    /// <summary>Reads the flags of a section, with 1 for each placeholder.</summary>
    private static EngineOptions Parse(string section)
    {
        var flags = Element().Matches(section).Select(match => Placeholder().Replace(match.Groups[1].Value, "1"));
        var parsed = ArgumentParser.Parse([.. flags]);
        return parsed.Options ?? throw new InvalidOperationException(parsed.Error);
    }

    private static string Profile(string name)
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "ControlPlane.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("No folder above this assembly holds ControlPlane.sln.");
        return File.ReadAllText(Path.Combine(folder, "profiles", name));
    }

    [GeneratedRegex(@"^ +- (--\S+)$", RegexOptions.Multiline)]
    private static partial Regex Element();

    [GeneratedRegex(@"\$\{[\w.]+\}")]
    private static partial Regex Placeholder();
}
