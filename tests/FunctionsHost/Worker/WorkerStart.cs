using ControlPlane.FunctionsHost.Configuration;

namespace ControlPlane.FunctionsHost.Worker;

/// <summary>What a handler is started with.</summary>
/// <param name="Executable">The program.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="WorkingDirectory">Where it runs.</param>
/// <param name="Port">Where it has to listen, on 127.0.0.1.</param>
/// <param name="Environment">Everything that is in its environment.</param>
/// <param name="Output">Takes what it writes.</param>
public sealed record WorkerStart(
    string Executable,
    IReadOnlyList<string> Arguments,
    string WorkingDirectory,
    int Port,
    IReadOnlyDictionary<string, string> Environment,
    WorkerOutput Output)
{
    /// <summary>Source: functions-custom-handler, section 1.</summary>
    internal static WorkerStart Of(HostConfiguration host, int port, IReadOnlyDictionary<string, string> inherited, WorkerOutput output)
    {
        var id = Guid.NewGuid().ToString();
        var own = new Dictionary<string, string>
        {
            ["FUNCTIONS_CUSTOMHANDLER_PORT"] = $"{port}",
            ["FUNCTIONS_CUSTOMHANDLER_WORKER_ID"] = id,
            ["FUNCTIONS_HTTPWORKER_PORT"] = $"{port}",
            ["FUNCTIONS_HTTPWORKER_ID"] = id,
            ["FUNCTIONS_APP_ROOT_PATH"] = host.Root,
        };
        var all = new Dictionary<string, string>(inherited);
        foreach (var (name, value) in own)
            all[name] = value;
        return new WorkerStart(
            VariableExpansion.Expand(host.Executable, own),
            [.. host.Arguments.Select(argument => VariableExpansion.Expand(argument, own))],
            host.WorkingDirectory,
            port,
            all,
            output);
    }
}
