using ControlPlane.Durable.Protocol;
using ControlPlane.FunctionsHost.Configuration;
using ControlPlane.FunctionsHost.Invocation;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace ControlPlane.FunctionsHost.Durable;

/// <summary>Has an activity run once. Source: functions-custom-handler, section 6.5; durable-protocol, section 8.2.</summary>
internal sealed class ActivityCall(HostConfiguration host, InvokeFunction invoke, ExtensionVersion version, TimeProvider time)
{
    private static readonly JsonSerializerSettings AsWritten = new() { DateParseHandling = DateParseHandling.None, FloatParseHandling = FloatParseHandling.Decimal };

    /// <summary>The event that the orchestration gets.</summary>
    /// <exception cref="TurnAbortedException">The activity is to run again.</exception>
    public async Task<HistoryEvent> RunAsync(ActivityItem item, CancellationToken stop)
    {
        var task = item.Event.EventId;
        var scheduled = item.Event.TaskScheduled;
        if (host.Find(BindingTypes.ActivityTrigger, scheduled.Name) is not { } function)
            return Events.TaskFailed(time.GetUtcNow(), task, null);
        try
        {
            var input = Compact(function, scheduled.Input);
            var data = new JObject { [function.Trigger.Name] = ValueEncoding.Encode(input) };
            var result = await invoke(function, data, Metadata(item, function, input), stop);
            return Events.TaskCompleted(time.GetUtcNow(), task, ResultText(result.ReturnValue));
        }
        catch (Exception failure) when (stop.IsCancellationRequested || (failure is FunctionTimeoutException && version == ExtensionVersion.E319))
        {
            throw new TurnAbortedException(failure.Message);
        }
        catch (Exception failure) when (failure is FunctionInvocationException or FunctionTimeoutException or TimeoutException)
        {
            return Events.TaskFailed(time.GetUtcNow(), task, Details(failure));
        }
    }

    /// <summary>The JSON text of an input; null stays null.</summary>
    private static string? Compact(Function function, string? input)
    {
        if (input is null)
            return null;
        try
        {
            return JsonConvert.SerializeObject(JsonConvert.DeserializeObject<JToken>(input, AsWritten), AsWritten);
        }
        catch (JsonException fault)
        {
            throw new FunctionInvocationException(function.Name, fault);
        }
    }

    /// <summary>The input stands here again: whole, by the binding's name unless that ends in "trigger", and by its members.</summary>
    private static JObject Metadata(ActivityItem item, Function function, string? input)
    {
        var metadata = new JObject { ["instanceId"] = ValueEncoding.Encode(item.InstanceId) };
        if (input is null)
            return metadata;
        var value = JsonConvert.DeserializeObject<JToken>(input, AsWritten)!;
        metadata["data"] = ValueEncoding.Encode(value);
        if (!function.Trigger.Name.EndsWith("trigger", StringComparison.OrdinalIgnoreCase))
            metadata[function.Trigger.Name] = ValueEncoding.Encode(input);
        foreach (var member in (value as JObject)?.Properties().Where(member => member.Value.Type != JTokenType.Array) ?? [])
            metadata[member.Name] = member.Value is JObject ? member.Value.DeepClone() : ValueEncoding.Encode(member.Value.ToString());
        return metadata;
    }

    private static string? ResultText(object? returned) => returned is null or JValue { Type: JTokenType.Null } ? null : JsonConvert.SerializeObject(returned);

    private static TaskFailureDetails Details(Exception failure) => new()
    {
        ErrorType = failure switch
        {
            FunctionInvocationException => FunctionInvocationException.TypeName,
            FunctionTimeoutException => FunctionTimeoutException.TypeName,
            _ => failure.GetType().FullName!,
        },
        ErrorMessage = failure.Message,
        StackTrace = failure.StackTrace,
        InnerFailure = failure.InnerException is { } inner ? Details(inner) : null,
    };
}
