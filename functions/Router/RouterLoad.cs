namespace ControlPlane.Functions.Router;

/// <summary>What this router has in hand now.</summary>
internal sealed class RouterLoad(Dispatcher dispatcher, WaitQueue queue, FinishedJobs finished)
{
    public RouterReport Measure()
    {
        var busy = dispatcher.Table.All.Where(destination => destination.InFlight > 0).ToList();
        return new RouterReport(
            busy.ToDictionary(destination => destination.Name, destination => destination.InFlight, StringComparer.Ordinal),
            queue.Measure())
        {
            RunTime = busy.ToDictionary(destination => destination.Name, destination => destination.Jobs.RunTime, StringComparer.Ordinal),
            Finished = finished.All(),
        };
    }

    /// <summary>Counts the jobs that end from zero again.</summary>
    public void RestartCount() => finished.Restart();
}
