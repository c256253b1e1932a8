namespace ControlPlane.FunctionsHost.Configuration;

/// <summary>Reads a published root as the Functions host does: host.json at the root, functions in its direct sub-folders.</summary>
public static class ConfigurationReader
{
    private static readonly string[] OwnSegments = ["admin", "runtime"];

    /// <summary>Reads everything.</summary>
    /// <exception cref="HostConfigurationException">
    /// Something is wrong. The host itself would leave out a single faulty function and run the others; here that counts
    /// as a fault too, since nobody publishes a function to have it left out.
    /// </exception>
    public static HostConfiguration Read(string root)
    {
        var faults = new List<string>();
        var path = Path.GetFullPath(root);
        var host = new HostFileReader(path, faults);
        var configuration = host.Read();
        var folders = Directory.Exists(path) ? Directory.GetDirectories(path).Order(StringComparer.Ordinal) : Enumerable.Empty<string>();
        configuration = configuration with { Functions = [.. folders.Select(folder => FunctionFileReader.Read(folder, faults)).OfType<Function>()] };

        CheckNames(configuration, faults);
        CheckRoutes(configuration, faults);
        if (configuration.Functions.SelectMany(function => function.Bindings).Any(binding => BindingTypes.NeedsBundle(binding.Type)) && !host.HasBundle())
            faults.Add("host.json: durable functions need an extensionBundle with id and version.");
        return faults.Count == 0 ? configuration : throw new HostConfigurationException(faults);
    }

    private static void CheckNames(HostConfiguration configuration, List<string> faults)
    {
        foreach (var same in configuration.Functions.GroupBy(function => function.Name, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
            faults.Add($"{same.Key}: there are several functions of this name.");
    }

    private static void CheckRoutes(HostConfiguration configuration, List<string> faults)
    {
        var http = configuration.Triggered(BindingTypes.HttpTrigger).ToList();
        foreach (var function in http.Where(function => IsReserved($"{configuration.RoutePrefix}/{function.Route}")))
            faults.Add($"{function.Name}: the route {function.Route} conflicts with routes of the host itself.");
        for (var index = 0; index < http.Count; index++)
        {
            foreach (var other in http.Skip(index + 1).Where(other => Conflict(http[index], other)))
                faults.Add($"{other.Name}: its route conflicts with the route of {http[index].Name}.");
        }
    }

    private static bool IsReserved(string route) => OwnSegments.Contains(route.TrimStart('/').Split('/')[0], StringComparer.OrdinalIgnoreCase);

    private static bool Conflict(Function one, Function other) =>
        one.Route.Equals(other.Route, StringComparison.OrdinalIgnoreCase)
        && (one.Methods is null || other.Methods is null || one.Methods.Intersect(other.Methods, StringComparer.OrdinalIgnoreCase).Any());
}
