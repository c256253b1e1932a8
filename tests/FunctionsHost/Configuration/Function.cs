namespace ControlPlane.FunctionsHost.Configuration;

/// <summary>A folder with a function.json.</summary>
/// <param name="Name">The folder's name: what the handler is called by.</param>
/// <param name="Bindings">What it is bound to.</param>
public sealed record Function(string Name, IReadOnlyList<Binding> Bindings)
{
    /// <summary>What calls it.</summary>
    public Binding Trigger => Bindings.First(binding => binding.IsTrigger);

    /// <summary>
    /// Whether the host hands the request itself on: exactly one input and one output, both HTTP.
    /// Source: functions-custom-handler, section 3.
    /// </summary>
    public bool IsPureHttp => Bindings.Count(binding => binding.IsInput) == 1 && Bindings.Count(binding => !binding.IsInput) == 1
        && Trigger.Is(BindingTypes.HttpTrigger) && Outputs.Single().Is(BindingTypes.Http);

    /// <summary>Bindings that take values out of an answer.</summary>
    public IEnumerable<Binding> Outputs => Bindings.Where(binding => !binding.IsInput);

    /// <summary>The HTTP route without its prefix; the function's name when none is given.</summary>
    public string Route => Trigger.Text("route") is { Length: > 0 } route ? route.Trim('/') : Name;

    /// <summary>The methods it answers; null for all.</summary>
    public IReadOnlyList<string>? Methods => Trigger.List("methods");
}
