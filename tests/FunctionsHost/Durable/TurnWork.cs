namespace ControlPlane.FunctionsHost.Durable;

/// <summary>What a turn is taken from.</summary>
/// <param name="InstanceId">The instance.</param>
/// <param name="Row">What the storage holds of it; null before the first turn of a sub-orchestration.</param>
/// <param name="Messages">What has arrived.</param>
internal sealed record TurnWork(string InstanceId, HubInstance? Row, IReadOnlyList<HubMessage> Messages);
