using System.Diagnostics;

namespace Demo;

/// <summary>The demo from beginning to end.</summary>
internal static class Show
{
    private const string Tag = "demo";
    private const int Max = 3;
    private static readonly TimeSpan ShrinkDeadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(0.5);

    /// <summary>Exit code 0 only if the group grew to its maximum, shrank to its minimum, and no request failed.</summary>
    public static async Task<int> RunAsync(string program, TimeSpan loadLasts, CancellationToken stop)
    {
        await using var controlPlane = await ControlPlaneProcess.StartAsync(program, stop);
        using var api = new Api(controlPlane.Url);
        using var load = new Load(controlPlane.Url, Tag);
        var story = new Story();
        var screen = Screen.Open(controlPlane.Url);
        try
        {
            await api.AddMonitorAsync(Tag, min: 1, Max, stop);
            var clock = Stopwatch.StartNew();
            while (clock.Elapsed < loadLasts || (!story.IsBackAtMin && clock.Elapsed < loadLasts + ShrinkDeadline))
            {
                load.SetClients(Clients(clock.Elapsed, loadLasts));
                story.Add(await api.ReadGroupAsync(Tag, stop), await api.ReadDecisionsAsync(Tag, stop));
                screen.Show(clock.Elapsed, load, story);
                await Task.Delay(Step, stop);
            }

            await load.StopAsync();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            screen.Close();
            Console.WriteLine("Stopped.");
            return 130;
        }

        screen.Close();
        return Summary.Print(load, story, Max);
    }

    /// <summary>A quiet start, a rush over half of the time, then almost nothing, then nothing.</summary>
    private static int Clients(TimeSpan elapsed, TimeSpan lasts) => (elapsed / lasts) switch
    {
        < 0.08 => 1,
        < 0.60 => 24,
        < 1.00 => 1,
        _ => 0,
    };
}
