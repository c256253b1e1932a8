using System.Text.RegularExpressions;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace ControlPlane.FunctionsHost.Configuration;

/// <summary>Reads the function.json of one folder. Source: functions-custom-handler, section 6.</summary>
internal static partial class FunctionFileReader
{
    /// <summary>Null when the folder is no function, or none that could be loaded.</summary>
    public static Function? Read(string folder, List<string> faults)
    {
        var name = Path.GetFileName(folder);
        var path = Path.Combine(folder, "function.json");
        if (!File.Exists(path))
            return null;
        var before = faults.Count;
        void Fault(string text) => faults.Add($"{name}/function.json: {text}");

        if (!FunctionName().IsMatch(name))
            Fault("the folder's name is no function name.");
        var bindings = ReadBindings(path, Fault);
        foreach (var binding in bindings)
            Check(binding, Fault);
        if (bindings.Count(binding => binding.IsTrigger) != 1)
            Fault("a function must have exactly one trigger.");
        foreach (var twice in bindings.GroupBy(binding => binding.Name, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
            Fault($"the name {twice.Key} is given to several bindings.");
        return faults.Count == before ? new Function(name, bindings) : null;
    }

    private static List<Binding> ReadBindings(string path, Action<string> fault)
    {
        try
        {
            if (JObject.Parse(File.ReadAllText(path))["bindings"] is JArray bindings)
                return [.. bindings.OfType<JObject>().Select(Read)];
            fault("has no bindings.");
        }
        catch (JsonException exception)
        {
            fault(exception.Message);
        }

        return [];
    }

    private static Binding Read(JObject settings) => new(
        (string?)settings["type"] ?? "",
        ((string?)settings["direction"] ?? "in").Equals("in", StringComparison.OrdinalIgnoreCase),
        (string?)settings["name"] ?? "",
        settings);

    private static void Check(Binding binding, Action<string> fault)
    {
        if (!BindingTypes.IsKnown(binding.Type))
            fault($"the binding type {binding.Type} is not registered.");
        if (binding.Name != BindingTypes.Return && !BindingName().IsMatch(binding.Name))
            fault($"\"{binding.Name}\" is no binding name.");
        if (binding.IsTrigger && !binding.IsInput)
            fault("a trigger must have the direction in.");
        if (binding.Text("direction") is { } direction && direction.ToLowerInvariant() is not ("in" or "out"))
            fault($"the direction {direction} is not supported.");
        if (binding.Is(BindingTypes.HttpTrigger) && binding.Text("authLevel") is { } level && level.ToLowerInvariant() is not ("anonymous" or "function" or "admin"))
            fault($"authLevel {level} is none.");
        if (binding.Is(BindingTypes.TimerTrigger) && Timers.CronSchedule.Parse(binding.Text("schedule")) is null)
            fault($"the schedule \"{binding.Text("schedule")}\" is none.");
    }

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_\-]{0,127}$")]
    private static partial Regex FunctionName();

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9]{0,127}$")]
    private static partial Regex BindingName();
}
