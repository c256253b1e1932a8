using ControlPlane.Durable.Client;
using ControlPlane.Durable.Protocol;
using Newtonsoft.Json;

namespace ControlPlane.FunctionsHost.Durable;

/// <summary>One orchestration instance as the storage holds it.</summary>
public sealed record HubInstance
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>The orchestrator.</summary>
    public required string Name { get; init; }

    /// <summary>The version; usually empty or null.</summary>
    public string? Version { get; init; }

    /// <summary>The current execution.</summary>
    public required string ExecutionId { get; init; }

    /// <summary>Where it stands.</summary>
    public OrchestrationStatus Status { get; init; } = OrchestrationStatus.Pending;

    /// <summary>The input of the current generation.</summary>
    public string? Input { get; init; }

    /// <summary>The result.</summary>
    public string? Output { get; init; }

    /// <summary>What the orchestrator last said about itself.</summary>
    public string? CustomStatus { get; init; }

    /// <summary>Why it failed, if that is known in detail.</summary>
    [JsonConverter(typeof(MessageJson))]
    public TaskFailureDetails? Failure { get; init; }

    /// <summary>When the current generation began.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>When it last changed.</summary>
    public required DateTimeOffset Updated { get; init; }

    /// <summary>The history of the current generation.</summary>
    [JsonProperty(ItemConverterType = typeof(MessageJson))]
    public IReadOnlyList<HistoryEvent> History { get; init; } = [];

    /// <summary>Whether nothing more will happen to it.</summary>
    [JsonIgnore]
    public bool IsFinished => Status.IsFinished();
}
