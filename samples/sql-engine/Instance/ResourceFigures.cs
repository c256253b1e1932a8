using SqlEngine.Jobs;
using SqlEngine.Options;

namespace SqlEngine.Instance;

/// <summary>What <c>/instance/resource</c> answers: how much the instance has and uses, in the peer's shape.</summary>
/// <param name="TotalCores">Cores of the instance, as given by <c>--cores</c>.</param>
/// <param name="TotalTasks">Jobs that run now, asynchronous ones included.</param>
/// <param name="TotalUsedMemory">Bytes of memory that this process has resident.</param>
/// <param name="TotalMemory">Bytes of memory that it may use: the machine's, or its control group's if that is less.</param>
internal sealed record ResourceFigures(long TotalCores, long TotalTasks, long TotalUsedMemory, long TotalMemory)
{
    public static ResourceFigures Read(EngineOptions options, JobTable jobs) =>
        new(options.Cores, jobs.Count, Environment.WorkingSet, MemoryLimit.ReadBytes("/"));
}
