using ControlPlane.Core.Backends;

namespace ControlPlane.Core.Scaling;

/// <summary>What a group is asked to do against what it can do, at one moment.</summary>
public sealed record Pressure
{
    /// <summary>When the oldest part of it was measured.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Every backend of the group.</summary>
    public required IReadOnlyList<InstanceLoad> Backends { get; init; }

    /// <summary>Requests that wait for a free backend.</summary>
    public int Queued { get; init; }

    /// <summary>How long the oldest of them has waited; zero when none does.</summary>
    public TimeSpan OldestWait { get; init; }

    /// <summary>Jobs that have ever ended, in all routers; null when it is not known. From it the length of a job is learned.</summary>
    public long? Finished { get; init; }

    /// <summary>Inputs that should have been read and were not, such as a router that has not reported; null or empty when there are none.</summary>
    public IReadOnlyList<string>? Missing { get; init; }

    /// <summary>Jobs that run on ready and draining backends.</summary>
    public int Running => Backends.Sum(backend => backend.Jobs);

    /// <summary>How many jobs the ready backends can run at once.</summary>
    public int Capacity => Backends.Where(backend => backend.State == BackendState.Ready).Sum(backend => backend.MaxJobs);
}

/// <summary>The load of one backend.</summary>
public sealed record InstanceLoad
{
    /// <summary>The backend's name.</summary>
    public required string Name { get; init; }

    /// <summary>Its state.</summary>
    public required BackendState State { get; init; }

    /// <summary>When it entered that state.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>Whether a monitor made it. One that was added by hand is counted and never stopped.</summary>
    public required bool IsManaged { get; init; }

    /// <summary>Requests that the router has sent to it and that are not answered yet.</summary>
    public int InFlight { get; init; }

    /// <summary>What one job counts for in <see cref="RunTime"/> at most: a job that is stuck says no more than that it holds a slot.</summary>
    public static readonly TimeSpan LongestRunTime = TimeSpan.FromMinutes(5);

    /// <summary>Jobs that the engine itself says it runs; null when it says nothing or the sample is too old. Sees asynchronous jobs, which the router does not.</summary>
    public int? EngineTasks { get; init; }

    /// <summary>The age of its last sample, also of one that is too old; null when there has been none.</summary>
    public TimeSpan? EngineTasksAge { get; init; }

    /// <summary>The most jobs it runs at once.</summary>
    public int MaxJobs { get; init; } = 1;

    /// <summary>How long until its last running job ends, as far as that can be told; null when it cannot. See <see cref="Load.RemainingWork"/>.</summary>
    public TimeSpan? RemainingWork { get; init; }

    /// <summary>
    /// How long its running jobs have run so far, all together, each counted for at most <see cref="LongestRunTime"/>;
    /// null when it is not known. Routers know their sum only: from them, it is the mean that is counted for so long at
    /// most. Asynchronous jobs are not in it.
    /// </summary>
    public TimeSpan? RunTime { get; init; }

    /// <summary>The version it runs; null when it is not known.</summary>
    public string? Version { get; init; }

    /// <summary>Whether its engine should have reported its load by now, as its profile says, and has not: only the jobs that the routers sent are known.</summary>
    public bool IsSilent { get; init; }

    /// <summary>Whether somebody has protected it: then it is never taken away because there are too many.</summary>
    public bool IsProtected { get; init; }

    /// <summary>Jobs it runs now: whichever of the two counts is higher.</summary>
    public int Jobs => Math.Max(InFlight, EngineTasks ?? 0);
}
