using System.Globalization;

namespace ControlPlane.Functions.Registry;

/// <summary>
/// The rows of one registry. They share a partition, so that one transaction keeps names and second keys unique by the
/// store's own constraint, counts ids, and raises the version that every router polls.
/// </summary>
internal static class RegistryRows
{
    public const string Table = "registry";
    public const string Counter = "counter";
    public const string Version = "version";
    public const string NamePrefix = "name:";
    public const string OncePrefix = "once:";

    public static string Name(string name) => NamePrefix + name;

    public static string SecondKey(string key) => "key:" + key;

    public static string Once(string key) => OncePrefix + key;

    public static string NumberBody(int number) => number.ToString(CultureInfo.InvariantCulture);
}
