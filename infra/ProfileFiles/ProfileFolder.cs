using ControlPlane.Core.Profiles;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace ControlPlane.Infra.ProfileFiles;

/// <summary>Reads engine profiles: one YAML file each, named for the profile.</summary>
public static class ProfileFolder
{
    /// <summary>Reads every <c>*.yaml</c> of the folders; a later folder's profile takes the place of an earlier one's of the same name.</summary>
    /// <exception cref="ProfileException">A file is wrong; the message names the file, the field and the fix.</exception>
    public static IReadOnlyList<EngineProfile> Read(IEnumerable<string> folders)
    {
        var profiles = new SortedDictionary<string, EngineProfile>(StringComparer.Ordinal);
        foreach (var file in folders.Where(Directory.Exists).SelectMany(folder => Directory.GetFiles(folder, "*.yaml").Order(StringComparer.Ordinal)))
        {
            var profile = Parse(Path.GetFileName(file), File.ReadAllText(file));
            profiles[profile.Name] = profile;
        }

        return [.. profiles.Values];
    }

    /// <summary>Reads one profile.</summary>
    /// <param name="file">The file's name, which must be the profile's with <c>.yaml</c> at the end.</param>
    /// <param name="text">The YAML text.</param>
    /// <exception cref="ProfileException">The text is wrong; the message names the file, the field and the fix.</exception>
    public static EngineProfile Parse(string file, string text)
    {
        ProfileYaml? yaml;
        try
        {
            yaml = new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).WithDuplicateKeyChecking().Build().Deserialize<ProfileYaml?>(text);
        }
        catch (YamlException fault)
        {
            throw new ProfileException($"{file}, line {fault.Start.Line}: {fault.InnerException?.Message ?? fault.Message}");
        }

        var check = new ProfileCheck(file);
        var profile = check.ToProfile(yaml ?? new ProfileYaml());
        return check.Errors.Count == 0 ? profile : throw new ProfileException(string.Join(" ", check.Errors));
    }
}

/// <summary>A profile's file is wrong; the message names the file, the field and the fix.</summary>
public sealed class ProfileException : Exception
{
    /// <summary>Makes one without a message.</summary>
    public ProfileException()
    {
    }

    /// <summary>Makes one that says what is wrong.</summary>
    public ProfileException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one that says what is wrong and from what.</summary>
    public ProfileException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
