using ControlPlane.FunctionsHost.Durable;
using ControlPlane.FunctionsHost.Http;
using ControlPlane.FunctionsHost.Worker;

namespace ControlPlane.FunctionsHost;

/// <summary>How a host is played.</summary>
public sealed record HostOptions
{
    /// <summary>The published root: host.json, the executable, one folder for each function.</summary>
    public required string Root { get; init; }

    /// <summary>Settings of the app, added to what this process has in its own environment.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>The keys.</summary>
    public FunctionKeys Keys { get; init; } = new();

    /// <summary>Whether the host is one that streams requests when <c>enableProxyingHttpRequest</c> is on; an older one does not know it. Default yes.</summary>
    public bool IsNewHost { get; init; } = true;

    /// <summary>Which Durable extension is played. Default the newer.</summary>
    public ExtensionVersion Extension { get; init; } = ExtensionVersion.E319;

    /// <summary>What goes wrong with deliveries. Default nothing.</summary>
    public IDeliveryFate Fate { get; init; } = new FairFate();

    /// <summary>Whether timers fire on their schedules; otherwise only when told to. Default no.</summary>
    public bool RunsTimers { get; init; }

    /// <summary>The file of the task hub, with which another host can go on; null for none.</summary>
    public string? HubPath { get; init; }

    /// <summary>Starts the handler. Default as a process.</summary>
    public IWorkerLauncher Launcher { get; init; } = new ProcessLauncher();

    /// <summary>
    /// Whether invocations wait while a handler is started again. The real host lets them run into a closed port, which
    /// fails turns for good. Default no, as the real host.
    /// </summary>
    public bool WaitsDuringRestarts { get; init; }

    /// <summary>The clock of schedules and due times.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
