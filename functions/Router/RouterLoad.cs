using ControlPlane.Functions.Router.Holding;
using ControlPlane.Functions.Router.Outcomes;

namespace ControlPlane.Functions.Router;

/// <summary>What this router has in hand now.</summary>
internal sealed class RouterLoad(Dispatcher dispatcher, WaitQueue queue, FinishedJobs finished, HoldLine held, OutcomeBook outcomes)
{
    public RouterReport Measure()
    {
        // Before the counts: what was sent by an earlier table is in them, and nothing comes after that this one does not allow.
        var table = dispatcher.Table;
        var busy = table.All.Select(destination => (destination.Name, Count: destination.Count(), destination.Jobs)).Where(one => one.Count.InFlight > 0).ToList();
        return new RouterReport(
            busy.ToDictionary(one => one.Name, one => one.Count.InFlight, StringComparer.Ordinal),
            queue.Measure())
        {
            RunTime = busy.ToDictionary(one => one.Name, one => one.Jobs.RunTime, StringComparer.Ordinal),
            Reads = busy.Where(one => one.Count.Reads > 0).ToDictionary(one => one.Name, one => one.Count.Reads, StringComparer.Ordinal),
            Finished = finished.All(),
            Groups = table.Changing.Count > 0 ? table.Changing.ToDictionary(group => group.Tag, SeenGroup.Of, StringComparer.Ordinal) : null,
            Held = table.Changing.ToDictionary(group => group.Tag, group => held.Measure(group.Tag), StringComparer.Ordinal),
            Sides = outcomes.ReadChanging(),
        };
    }

    /// <summary>Counts the jobs that end from zero again.</summary>
    public void RestartCount() => finished.Restart();
}
