using Newtonsoft.Json.Linq;

namespace ControlPlane.FunctionsHost.Configuration;

/// <summary>One binding of a function.json.</summary>
/// <param name="Type">Such as <c>httpTrigger</c>; compared ignoring case.</param>
/// <param name="IsInput">Direction in; otherwise out.</param>
/// <param name="Name">The name under which its value travels.</param>
/// <param name="Settings">Everything that stands in it.</param>
public sealed record Binding(string Type, bool IsInput, string Name, JObject Settings)
{
    /// <summary>Whether it is what calls the function.</summary>
    public bool IsTrigger => Type.EndsWith("Trigger", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether its values are bytes.</summary>
    public bool IsBinary => Text("dataType")?.Equals("binary", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Whether it is of that type.</summary>
    public bool Is(string type) => Type.Equals(type, StringComparison.OrdinalIgnoreCase);

    /// <summary>A setting that is text.</summary>
    public string? Text(string setting) =>
        Settings.GetValue(setting, StringComparison.OrdinalIgnoreCase) is JValue { Type: JTokenType.String } value ? (string?)value : null;

    /// <summary>A setting that is a switch; off when it is not given.</summary>
    public bool IsOn(string setting, bool otherwise = false) =>
        Settings.GetValue(setting, StringComparison.OrdinalIgnoreCase) is JValue { Type: JTokenType.Boolean } value ? (bool)value : otherwise;

    /// <summary>A setting that is a list of texts; null when it is not given.</summary>
    public IReadOnlyList<string>? List(string setting) =>
        Settings.GetValue(setting, StringComparison.OrdinalIgnoreCase) is JArray list ? [.. list.Select(item => (string)item!)] : null;
}
