using ControlPlane.EndToEnd.Machine;

namespace ControlPlane.EndToEnd.Restarting;

/// <summary>What is asked of a group: changed by users, load put on and taken off. Keeps what was confirmed.</summary>
internal sealed class Policy(Site site, string tag, int mostInstances, Random random) : IAsyncDisposable
{
    private const int Clients = 4;

    private readonly List<Load> _loads = [];
    private MonitorSpec? _monitor;

    /// <summary>Says what was done last.</summary>
    public string Last { get; private set; } = "nothing";

    private bool IsLoaded => _loads.Count > 0;

    /// <summary>
    /// Changes something at random: load, bounds, or whether there is a monitor at all. Load is on for most of the
    /// time, since an instance without jobs drains in an instant.
    /// </summary>
    public Task DisturbAsync() => random.Next(10) switch
    {
        _ when _monitor is null => AddMonitorAsync(),
        0 => ToggleLoadAsync(),
        < 5 when !IsLoaded => ToggleLoadAsync(),
        < 8 => ChangeBoundsAsync(),
        _ => RemoveMonitorAsync(),
    };

    /// <summary>
    /// How many instances there must be in the end. What is stored decides, since a change that was under way in a
    /// crash may or may not have been made; one that was confirmed must have been.
    /// </summary>
    public int Wanted(Rows rows)
    {
        var stored = rows.Monitors.SingleOrDefault(monitor => monitor.Tag == tag && !monitor.IsRemoving);
        if (_monitor is { } confirmed)
            Assert.Equal((confirmed.MinInstances, confirmed.MaxInstances), (stored?.Min, stored?.Max));
        if (stored is null)
            return 0;
        return Count(Spec(stored.Min, stored.Max));
    }

    /// <summary>Goes on from what is stored, as somebody would who looks before the next change.</summary>
    public void ReadBack(Rows rows)
    {
        var stored = rows.Monitors.SingleOrDefault(monitor => monitor.Tag == tag && !monitor.IsRemoving);
        _monitor = stored is null ? null : Spec(stored.Min, stored.Max);
    }

    public async Task RemoveMonitorAsync()
    {
        Last = "remove the monitor";
        _monitor = null;
        using var response = await site.Client.TryRemoveMonitorAsync(tag);
    }

    public async Task EndLoadAsync()
    {
        foreach (var load in _loads)
            await load.DisposeAsync();
        _loads.Clear();
    }

    public async ValueTask DisposeAsync() => await EndLoadAsync();

    private async Task AddMonitorAsync()
    {
        var spec = RandomSpec();
        Last = $"add a monitor of {spec.MinInstances} to {spec.MaxInstances}";

        // The name is free again only when the last instance of the monitor before it has gone.
        while (true)
        {
            using var response = await site.Client.TryAddMonitorAsync(spec);
            if (response.IsSuccessStatusCode)
                break;
            await Task.Delay(20);
        }

        _monitor = spec;
    }

    private async Task ChangeBoundsAsync()
    {
        var spec = RandomSpec();
        Last = $"change the bounds to {spec.MinInstances} to {spec.MaxInstances}";
        _monitor = null;
        using var response = await site.Client.TryChangeMonitorAsync(spec);
        if (response.IsSuccessStatusCode)
            _monitor = spec;
    }

    /// <summary>
    /// Short jobs, so that a new instance soon has one and is not taken for a spare one, and long jobs, so that
    /// draining takes its time.
    /// </summary>
    private Task ToggleLoadAsync()
    {
        Last = IsLoaded ? "take load off" : "put load on";
        if (IsLoaded)
            return EndLoadAsync();
        _loads.Add(Load.Begin(site.Client, tag, Profiles.Script(random.Next(50, 150)), Clients));
        _loads.Add(Load.Begin(site.Client, tag, Profiles.Script(random.Next(500, 1500)), Clients));
        return Task.CompletedTask;
    }

    /// <summary>Bounds that ask for another number of instances than the last ones did.</summary>
    private MonitorSpec RandomSpec()
    {
        while (true)
        {
            var max = random.Next(1, mostInstances + 1);
            var spec = Spec(random.Next(0, max + 1), max);
            if (_monitor is null || Count(spec) != Count(_monitor))
                return spec;
        }
    }

    private int Count(MonitorSpec monitor) => IsLoaded ? monitor.MaxInstances : monitor.MinInstances;

    private MonitorSpec Spec(int min, int max) => new(tag, tag, min, max, Profiles.Slow, Samples: 3, DrainDeadlineSeconds: 5);
}
