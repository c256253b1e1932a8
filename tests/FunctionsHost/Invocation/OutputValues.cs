using ControlPlane.FunctionsHost.Configuration;
using Newtonsoft.Json.Linq;

namespace ControlPlane.FunctionsHost.Invocation;

/// <summary>Takes the values of output bindings out of an answer. Source: functions-custom-handler, section 5.</summary>
internal static class OutputValues
{
    public static InvocationResult Take(Function function, HandlerAnswer answer)
    {
        var outputs = new Dictionary<string, object?>();
        foreach (var binding in function.Outputs.Where(binding => binding.Name != BindingTypes.Return))
        {
            if (Find(answer, binding.Name) is { } value)
                outputs[binding.Name] = binding.Is(BindingTypes.Http) ? value : Guess(binding, value);
        }

        var returned = function.Outputs.FirstOrDefault(binding => binding.Name == BindingTypes.Return);
        var returnValue = returned is null || answer.ReturnValue is null ? answer.ReturnValue : Guess(returned, answer.ReturnValue);
        return new InvocationResult(outputs, returnValue, answer.Logs ?? []);
    }

    /// <summary>Members of a returned object are offered as outputs too.</summary>
    private static object? Find(HandlerAnswer answer, string name) =>
        answer.Outputs?.GetValueOrDefault(name) ?? (answer.ReturnValue as JObject)?[name];

    /// <summary>Any text that could be base64 is taken for bytes.</summary>
    private static object Guess(Binding binding, object value)
    {
        if (binding.IsBinary || value is not string text)
            return value;
        try
        {
            return Convert.FromBase64String(text);
        }
        catch (FormatException)
        {
            return value;
        }
    }
}
