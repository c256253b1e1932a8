namespace ControlPlane.Functions.CustomHandler;

/// <summary>The names of bindings in the function.json files.</summary>
internal static class FunctionBindings
{
    public const string Client = "client";
    public const string Orchestration = "orchestrationTrigger";
    public const string Activity = "activityTrigger";
    public const string Timer = "timer";
    public const string InstanceId = "instanceId";
}
