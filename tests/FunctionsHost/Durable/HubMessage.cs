using ControlPlane.Durable.Protocol;
using Newtonsoft.Json;

namespace ControlPlane.FunctionsHost.Durable;

/// <summary>A message to an orchestration.</summary>
/// <param name="InstanceId">Who gets it.</param>
/// <param name="ExecutionId">Only this execution of it; any when null.</param>
/// <param name="Event">What it says.</param>
public sealed record HubMessage(string InstanceId, string? ExecutionId, [property: JsonConverter(typeof(MessageJson))] HistoryEvent Event);

/// <summary>An activity to run.</summary>
/// <param name="InstanceId">For which instance.</param>
/// <param name="ExecutionId">For which execution of it.</param>
/// <param name="Event">What was scheduled.</param>
public sealed record ActivityItem(string InstanceId, string ExecutionId, [property: JsonConverter(typeof(MessageJson))] HistoryEvent Event);

/// <summary>A message that waits for its time.</summary>
/// <param name="Due">When it is delivered.</param>
/// <param name="Message">What is delivered then.</param>
public sealed record TimerItem(DateTimeOffset Due, HubMessage Message);
