namespace ControlPlane.FunctionsHost.Configuration;

/// <summary>The bindings that the double knows: those of the host itself and of the extension bundle that matter here.</summary>
internal static class BindingTypes
{
    public const string HttpTrigger = "httpTrigger";
    public const string Http = "http";
    public const string TimerTrigger = "timerTrigger";
    public const string OrchestrationTrigger = "orchestrationTrigger";
    public const string ActivityTrigger = "activityTrigger";
    public const string DurableClient = "durableClient";

    /// <summary>The name of the binding that takes the return value.</summary>
    public const string Return = "$return";

    private static readonly string[] Known =
        [HttpTrigger, Http, TimerTrigger, OrchestrationTrigger, ActivityTrigger, DurableClient];

    /// <summary>Those that come with the extension bundle and not with the host.</summary>
    private static readonly string[] OfBundle = [OrchestrationTrigger, ActivityTrigger, DurableClient];

    public static bool IsKnown(string type) => Known.Contains(type, StringComparer.OrdinalIgnoreCase);

    public static bool NeedsBundle(string type) => OfBundle.Contains(type, StringComparer.OrdinalIgnoreCase);
}
