using ControlPlane.Durable.Protocol;
using Google.Protobuf.WellKnownTypes;

namespace ControlPlane.Durable.Embedded;

/// <summary>Makes new executions.</summary>
internal static class Starts
{
    public static InstanceStart Of(
        string instanceId, string executionId, string name, string? input, DateTimeOffset at, ParentInstanceInfo? parent = null) =>
        new(instanceId, new()
        {
            EventId = -1,
            Timestamp = at.ToTimestamp(),
            ExecutionStarted = new()
            {
                Name = name,
                Input = input,
                OrchestrationInstance = new() { InstanceId = instanceId, ExecutionId = executionId },
                ParentInstance = parent,
            },
        });
}
