using ControlPlane.Core.Backends;
using ControlPlane.Core.Profiles;
using ControlPlane.Core.Routing;
using ControlPlane.Functions.Router.Forwarding;

namespace ControlPlane.Functions.Router;

/// <summary>
/// The router's side of one backend: how many jobs it has in flight here, its connections, its last load sample. It
/// outlives snapshots of the registry, so counts are never lost when something else changes.
/// </summary>
internal sealed class Destination(Backend backend, EngineProfile profile, TimeProvider time) : IDisposable
{
    private int _inFlight;

    public string Name { get; } = backend.Name;

    public string Url { get; } = backend.Url;

    /// <summary>The backend as it was last read.</summary>
    public Backend Backend { get; private set; } = backend;

    public EngineProfile Profile { get; private set; } = profile;

    public Upstream Upstream { get; } = new(
        new Uri(backend.Url),
        new UpstreamOptions { ConnectTimeout = profile.Requests.ConnectTimeout, ResponseTimeout = profile.Requests.ResponseTimeout },
        time);

    public int InFlight => Volatile.Read(ref _inFlight);

    public int Limit { get; private set; } = backend.MaxJobs ?? profile.MaxJobs;

    /// <summary>Set when a connection failed, until the health checks have looked: nothing more is sent meanwhile.</summary>
    public bool IsSuspect { get; set; }

    /// <summary>The engine's last report of its load; null when there is none.</summary>
    public LoadSample? Sample { get; set; }

    public bool TakesWork => Backend.State == BackendState.Ready && !IsSuspect;

    public void Refresh(Backend backend, EngineProfile profile)
    {
        if (backend.State != Backend.State)
            IsSuspect = false;
        Backend = backend;
        Profile = profile;
        Limit = backend.MaxJobs ?? profile.MaxJobs;
    }

    public BackendLoad Load(DateTimeOffset now) =>
        new(InFlight, TakesWork ? Limit : 0, Backend.Weight, FreshSample(now)?.FreeCores(InFlight));

    /// <summary>The last report, unless it is too old to count.</summary>
    public LoadSample? FreshSample(DateTimeOffset now) =>
        Sample is { } sample && Profile.Load is { } load && now - sample.At <= load.StaleAfter ? sample : null;

    /// <summary>Counts one more job, if it still has as many as were seen when it was picked.</summary>
    public bool TryAcquire(int seen) => Interlocked.CompareExchange(ref _inFlight, seen + 1, seen) == seen;

    public void Release() => Interlocked.Decrement(ref _inFlight);

    public void Dispose() => Upstream.Dispose();
}
