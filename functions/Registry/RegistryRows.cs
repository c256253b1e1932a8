using System.Globalization;
using ControlPlane.Core.Storage;

namespace ControlPlane.Functions.Registry;

/// <summary>
/// The rows of one registry. They share a partition, so that one transaction keeps names and other keys unique by the
/// store's own constraint, counts ids, and raises the version that every router polls.
/// </summary>
internal static class RegistryRows
{
    public const string Table = "registry";
    public const string Counter = "counter";
    public const string Version = "version";
    public const string NamePrefix = "name:";
    public const string KeyPrefix = "key:";
    public const string OncePrefix = "once:";

    /// <summary>How many keys one change can take and give up together: the row itself and the version are in its transaction too.</summary>
    public const int MaxKeyChanges = IEntityStore.MaxChanges - 2;

    public static string Name(string name) => NamePrefix + name;

    public static string Key(string key) => KeyPrefix + key;

    public static string Once(string key) => OncePrefix + key;

    public static string NumberBody(int number) => number.ToString(CultureInfo.InvariantCulture);
}
