using System.Text.Json;
using ControlPlane.Core.Backends;
using ControlPlane.Functions.Profiles;
using ControlPlane.Functions.Router;

namespace ControlPlane.Functions.Health;

/// <summary>Asks a leaving engine to finish, and counts what it still does.</summary>
internal sealed class DrainCaller(Dispatcher dispatcher, IOtherRouters others, ProfileSet profiles, IHttpClientFactory clients, TimeProvider time)
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Jobs that still run. The engine is told to refuse new work only once nothing is under way to it any more: a
    /// request that was sent just before must not be refused. An engine that cannot be asked counts as busy, so that
    /// its jobs have until their deadline.
    /// </summary>
    public async Task<int> CountJobsAsync(Backend backend, CancellationToken cancellation)
    {
        var inFlight = dispatcher.Table.Find(backend.Name, backend.Url)?.InFlight ?? 0;
        inFlight += (await others.ReadAsync(cancellation)).Sum(report => report.InFlight.GetValueOrDefault(backend.Name));
        if (inFlight > 0)
            return inFlight;

        // Another router may not have heard of the drain yet, or not have said what it sent just before.
        if (time.GetUtcNow() - backend.StateSince < others.SettleTime)
            return 1;
        var profile = profiles.FindOrGeneric(backend.Profile);
        try
        {
            if (profile.Drain is { } drain)
                await PostAsync(backend.Url + drain.Begin, cancellation);
            return profile.Load is { } load ? await CountTasksAsync(backend.Url + load.Path, cancellation) : 0;
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            return 1;
        }
    }

    /// <summary>Asks the engine to take work again. False when engines of its kind cannot, and when this one refuses or does not answer.</summary>
    public async Task<bool> TryCancelAsync(Backend backend, CancellationToken cancellation)
    {
        if (profiles.FindOrGeneric(backend.Profile).Drain is not { } drain)
            return true;
        if (drain.Cancel is not { } path)
            return false;
        try
        {
            await PostAsync(backend.Url + path, cancellation);
            return true;
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task PostAsync(string url, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(CallTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        using var client = clients.CreateClient(Probe.ClientName);
        using var answer = await client.PostAsync(new Uri(url), null, either.Token);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Asynchronous jobs are known to the engine alone.</summary>
    private async Task<int> CountTasksAsync(string url, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(CallTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        using var client = clients.CreateClient(Probe.ClientName);
        using var json = JsonDocument.Parse(await client.GetByteArrayAsync(new Uri(url), either.Token));
        return json.RootElement.GetProperty("totalTasks").GetInt32();
    }
}
