using System.Reflection;

namespace ControlPlane.Functions.Hosting;

/// <summary>Which version of the program this is.</summary>
internal static class Product
{
    public static string Version { get; } =
        typeof(Product).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";
}
