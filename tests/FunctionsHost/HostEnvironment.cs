using System.Collections;
using ControlPlane.FunctionsHost.Configuration;

namespace ControlPlane.FunctionsHost;

/// <summary>What the host has in its environment, and so its handler too. Source: functions-custom-handler, sections 1.3 and 2.</summary>
internal static class HostEnvironment
{
    private const string WorkerRuntime = "FUNCTIONS_WORKER_RUNTIME";

    public static Dictionary<string, string> Build(HostOptions options, string site)
    {
        var environment = new Dictionary<string, string>();
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
            environment[(string)variable.Key] = (string?)variable.Value ?? "";

        // The host is an ASP.NET Core program itself, and its handler inherits what was meant for it.
        environment["ASPNETCORE_URLS"] = "http://+:80";
        environment["FUNCTIONS_EXTENSION_VERSION"] = "~4";
        environment[WorkerRuntime] = "custom";
        environment["WEBSITE_HOSTNAME"] = site;
        foreach (var (name, value) in options.Settings)
            environment[name] = value;
        return environment;
    }

    /// <exception cref="HostConfigurationException">The extension would speak its old protocol, which is not played.</exception>
    public static void Check(HostOptions options, HostConfiguration configuration)
    {
        var runtime = options.Settings.GetValueOrDefault(WorkerRuntime, "custom").Replace("-", "", StringComparison.Ordinal);
        if (!runtime.Equals("custom", StringComparison.OrdinalIgnoreCase) && configuration.Triggered(BindingTypes.OrchestrationTrigger).Any())
            throw new HostConfigurationException([$"{WorkerRuntime} is \"{runtime}\", so the Durable extension would not speak the protocol of custom handlers."]);
    }
}
