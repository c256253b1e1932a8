namespace ControlPlane.FunctionsHost.Configuration;

/// <summary>What a published root says. Source: functions-custom-handler, sections 2 and 6.</summary>
public sealed record HostConfiguration
{
    /// <summary>The folder with host.json.</summary>
    public required string Root { get; init; }

    /// <summary>The handler: an absolute path, or a command on the PATH.</summary>
    public required string Executable { get; init; }

    /// <summary>Where it is started.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>What it is started with.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Whether pure HTTP functions get requests rebuilt: <c>enableForwardingHttpRequest</c>.</summary>
    public bool ForwardsRequests { get; init; }

    /// <summary>Whether pure HTTP functions get requests streamed: <c>enableProxyingHttpRequest</c>, newer hosts only.</summary>
    public bool ProxiesRequests { get; init; }

    /// <summary>How long the handler may take until it listens; default 30 s.</summary>
    public TimeSpan InitializationTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long one invocation may take; null for as long as it likes. Default 30 minutes.</summary>
    public TimeSpan? FunctionTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>What the routes of HTTP functions begin with; default <c>api</c>.</summary>
    public string RoutePrefix { get; init; } = "api";

    /// <summary>The name of the task hub; default <c>TestHubName</c>.</summary>
    public string TaskHub { get; init; } = "TestHubName";

    /// <summary>The functions, in the order of their names.</summary>
    public IReadOnlyList<Function> Functions { get; init; } = [];

    /// <summary>The functions with such a trigger.</summary>
    public IEnumerable<Function> Triggered(string type) => Functions.Where(function => function.Trigger.Is(type));

    /// <summary>The function with such a trigger and name, which ignores case; null when there is none.</summary>
    public Function? Find(string type, string name) =>
        Triggered(type).FirstOrDefault(function => function.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
