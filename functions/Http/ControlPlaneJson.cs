using System.Text.Json;
using System.Text.Json.Serialization;
using ControlPlane.Core.Backends;
using ControlPlane.Core.Groups;
using ControlPlane.Core.Instances;
using ControlPlane.Core.Monitors;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Scaling;
using ControlPlane.Core.Upgrades;
using ControlPlane.Functions.Alerts;
using ControlPlane.Functions.Backtests;
using ControlPlane.Functions.Endpoints;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Orchestrations;
using ControlPlane.Functions.Registry;
using ControlPlane.Functions.Router;
using ControlPlane.Functions.Upgrades;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Http;

/// <summary>How everything of ours looks as JSON, on the wire and in the store. Unknown members are refused.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UseStringEnumConverter = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    NumberHandling = JsonNumberHandling.Strict,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(Backend))]
[JsonSerializable(typeof(BackendSpec))]
[JsonSerializable(typeof(Monitor))]
[JsonSerializable(typeof(MonitorSpec))]
[JsonSerializable(typeof(PauseSpec))]
[JsonSerializable(typeof(Pool))]
[JsonSerializable(typeof(PoolSpec))]
[JsonSerializable(typeof(Budget))]
[JsonSerializable(typeof(BudgetSpec))]
[JsonSerializable(typeof(Lease))]
[JsonSerializable(typeof(SlotHealth))]
[JsonSerializable(typeof(PoolView))]
[JsonSerializable(typeof(SlotView))]
[JsonSerializable(typeof(Page<PoolView>))]
[JsonSerializable(typeof(BudgetView))]
[JsonSerializable(typeof(Page<BudgetView>))]
[JsonSerializable(typeof(IReadOnlyList<SeedSlot>))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(Instance))]
[JsonSerializable(typeof(Group))]
[JsonSerializable(typeof(Upgrade))]
[JsonSerializable(typeof(UpgradeSpec))]
[JsonSerializable(typeof(EqualTables))]
[JsonSerializable(typeof(UpgradeInput))]
[JsonSerializable(typeof(UpgradeTurn))]
[JsonSerializable(typeof(UpgradeView))]
[JsonSerializable(typeof(Page<UpgradeView>))]
[JsonSerializable(typeof(UpgradePreview))]
[JsonSerializable(typeof(RollbackSpec))]
[JsonSerializable(typeof(UpgradeReport))]
[JsonSerializable(typeof(SignedReport))]
[JsonSerializable(typeof(GroupState))]
[JsonSerializable(typeof(Decision))]
[JsonSerializable(typeof(OnceRecord))]
[JsonSerializable(typeof(ProblemBody))]
[JsonSerializable(typeof(Message))]
[JsonSerializable(typeof(NameCheck))]
[JsonSerializable(typeof(IReadOnlyList<SeedBackend>))]
[JsonSerializable(typeof(IReadOnlyList<SeedMonitor>))]
[JsonSerializable(typeof(BackendView))]
[JsonSerializable(typeof(Page<BackendView>))]
[JsonSerializable(typeof(MonitorView))]
[JsonSerializable(typeof(Page<MonitorView>))]
[JsonSerializable(typeof(Page<Decision>))]
[JsonSerializable(typeof(BacktestSpec))]
[JsonSerializable(typeof(BacktestAnswer))]
[JsonSerializable(typeof(Page<ProfileView>))]
[JsonSerializable(typeof(GroupOverview))]
[JsonSerializable(typeof(ReadyReport))]
[JsonSerializable(typeof(Dictionary<string, int>))]
[JsonSerializable(typeof(WatchInput))]
[JsonSerializable(typeof(WatchResult))]
[JsonSerializable(typeof(InstanceInput))]
[JsonSerializable(typeof(InstanceOutcome))]
[JsonSerializable(typeof(DrainProgress))]
[JsonSerializable(typeof(RouterReport))]
[JsonSerializable(typeof(ScaleSpec))]
[JsonSerializable(typeof(Demand))]
[JsonSerializable(typeof(Page<Demand>))]
[JsonSerializable(typeof(DemandRow))]
[JsonSerializable(typeof(AlertBatch))]
[JsonSerializable(typeof(AlertDelivery[]))]
[JsonSerializable(typeof(AlertReceipt))]
internal sealed partial class ControlPlaneJson : JsonSerializerContext;
