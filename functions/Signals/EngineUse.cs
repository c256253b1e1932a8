using ControlPlane.Core.Scaling.Policies;
using ControlPlane.Functions.Router;

namespace ControlPlane.Functions.Signals;

/// <summary>
/// What the engines of a group say of their cores and memory, in the mean of those that take work. As old as the oldest
/// report in it.
/// </summary>
internal sealed class EngineUse(Dispatcher dispatcher, TimeProvider time)
{
    /// <summary>
    /// The value; null when there is none. Where an engine has not reported lately, it counts as idle, and only a value
    /// that is over the target even so is one: then the group may grow. It cannot be known to be low, so it never shrinks
    /// by it. HorizontalPodAutoscaler does likewise with pods that lack metrics.
    /// </summary>
    public SignalReading? Read(string tag, Signal signal)
    {
        var now = time.GetUtcNow();
        var ready = dispatcher.Table.Resolve(tag).Members.Where(member => member.TakesWork).ToList();
        var reports = ready
            .Select(member => member.Sample)
            .OfType<LoadSample>()
            .Select(sample => (sample.At, Share: signal.Kind == SignalKind.Memory ? sample.MemoryShare : sample.CpuShare))
            .Where(report => report.Share is not null && now - report.At <= signal.StaleAfter)
            .ToList();
        if (reports.Count == 0)
            return null;
        var mean = reports.Sum(report => report.Share!.Value) / ready.Count;
        var isWhole = reports.Count == ready.Count || mean > Math.Max(signal.Target, signal.High ?? 0);
        return new SignalReading(signal.Name, isWhole ? mean : null, reports.Min(report => report.At));
    }
}
