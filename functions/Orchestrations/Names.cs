namespace ControlPlane.Functions.Orchestrations;

/// <summary>The names under which orchestrators, activities and events are known. Stored in histories, so never changed.</summary>
internal static class Names
{
    public const string WatchGroup = "WatchGroup";
    public const string ProvisionInstance = "ProvisionInstance";
    public const string RetireInstance = "RetireInstance";
    public const string HandleAlerts = "HandleAlerts";

    public const string UpgradeGroup = "UpgradeGroup";

    public const string AdvanceUpgrade = "AdvanceUpgrade";
    public const string EvaluateGroup = "EvaluateGroup";
    public const string LeaseSlot = "LeaseSlot";
    public const string CreateInstance = "CreateInstance";
    public const string AwaitServing = "AwaitServing";
    public const string RegisterInstance = "RegisterInstance";
    public const string BeginDrain = "BeginDrain";
    public const string CheckDrain = "CheckDrain";
    public const string CancelDrain = "CancelDrain";
    public const string DismantleInstance = "DismantleInstance";
    public const string ApplyAlerts = "ApplyAlerts";

    /// <summary>Wakes a group's watch before its time.</summary>
    public const string WakeEvent = "wake";

    /// <summary>Calls back an instance that drains.</summary>
    public const string CancelEvent = "cancel";

    public static string WatchId(string monitor) => $"watch:{monitor}";

    public static string ProvisionId(string instance) => $"provision:{instance}";

    public static string RetireId(string instance) => $"retire:{instance}";

    public static string UpgradeId(string upgrade) => $"upgrade:{upgrade}";

    public static string AlertsId(string hash) => $"alerts:{hash}";
}
