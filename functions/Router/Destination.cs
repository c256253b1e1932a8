using ControlPlane.Core.Backends;
using ControlPlane.Core.Profiles;
using ControlPlane.Core.Routing;
using ControlPlane.Functions.Router.Forwarding;
using ControlPlane.Functions.Router.Holding;
using ControlPlane.Functions.Router.Outcomes;

namespace ControlPlane.Functions.Router;

/// <summary>
/// The router's side of one backend: how many jobs it has in flight here, its connections, its last load sample. It
/// outlives snapshots of the registry, so counts are never lost when something else changes.
/// </summary>
internal sealed class Destination(Backend backend, EngineProfile profile, TimeProvider time, JobCount? jobs = null) : IDisposable
{
    private string? _suspicion;
    private volatile bool _isSuspect;
    private volatile bool _isGone;

    public string Name { get; } = backend.Name;

    public string Url { get; } = backend.Url;

    /// <summary>The backend as it was last read.</summary>
    public Backend Backend { get; private set; } = backend;

    public EngineProfile Profile { get; private set; } = profile;

    public Upstream Upstream { get; } = new(
        new Uri(backend.Url),
        new UpstreamOptions { ConnectTimeout = profile.Requests.ConnectTimeout, ResponseTimeout = profile.Requests.ResponseTimeout },
        time);

    /// <summary>Its jobs in flight. One that is removed and added again goes on with the same count.</summary>
    public JobCount Jobs { get; } = jobs ?? new(time);

    public int InFlight => Jobs.Now;

    /// <summary>Which of them are known to read only.</summary>
    public ReadCount Reads { get; } = new();

    /// <summary>What became of the requests that were given to it.</summary>
    public OutcomeCount Outcomes { get; } = new();

    public int Limit { get; private set; } = backend.MaxJobs ?? profile.MaxJobs;

    /// <summary>Set when a connection failed, until the health checks have looked: nothing more is sent meanwhile.</summary>
    public bool IsSuspect => _isSuspect;

    /// <summary>Why it came under suspicion, until the health checks have acted on it; null when there is nothing to act on.</summary>
    public string? Suspicion => Volatile.Read(ref _suspicion);

    /// <summary>The engine's last report of its load; null when there is none.</summary>
    public LoadSample? Sample { get; set; }

    /// <summary>Whether it did not answer when last asked for its load. Then nothing is sent because of an earlier answer.</summary>
    public bool IsReportFailing { get; set; }

    /// <summary>Its state, or that it is under suspicion, for messages.</summary>
    public string StateInWords => _isSuspect ? "suspect" : Backend.State.ToString().ToLowerInvariant();

    public bool TakesWork => Backend.State == BackendState.Ready && !_isSuspect && !_isGone;

    /// <summary>Takes it out until its state changes.</summary>
    public void Suspect(string reason)
    {
        Interlocked.CompareExchange(ref _suspicion, reason, null);
        _isSuspect = true;
    }

    /// <summary>The health checks have acted on a suspicion.</summary>
    public void Settle(string suspicion) => Interlocked.CompareExchange(ref _suspicion, null, suspicion);

    /// <summary>It was removed. A request that picked it a moment ago picks again.</summary>
    public void Leave()
    {
        _isGone = true;

        // Whoever sees no job in flight after this can be sure that none comes any more.
        Interlocked.MemoryBarrier();
    }

    public void Refresh(Backend backend, EngineProfile profile)
    {
        var isOtherState = backend.State != Backend.State;
        Backend = backend;
        Profile = profile;
        Limit = backend.MaxJobs ?? profile.MaxJobs;

        // Last, or it would take work for a moment between its old state and the new one.
        if (isOtherState)
            _isSuspect = false;
    }

    public BackendLoad Load(DateTimeOffset now) =>
        new(InFlight, TakesWork ? Limit : 0, Backend.Weight, IsReportFailing ? null : FreshSample(now)?.FreeCores(InFlight));

    /// <summary>The last report, unless it is too old to count.</summary>
    public LoadSample? FreshSample(DateTimeOffset now) =>
        Sample is { } sample && Profile.Load is { } load && now - sample.At <= load.StaleAfter ? sample : null;

    /// <summary>Counts one more job, if it still has as many as were seen when it was picked.</summary>
    /// <param name="seen">How many were seen.</param>
    /// <param name="place">Its place, to be given to <see cref="End"/>.</param>
    /// <param name="isRead">Whether the job is known to read only.</param>
    public bool TryAcquire(int seen, out Place place, bool isRead = false)
    {
        var isTaken = Jobs.TryBegin(seen, out var started);
        place = new Place(this, started, isRead);
        if (isTaken && isRead)
            Reads.Begin();
        return isTaken;
    }

    /// <summary>Counts one less.</summary>
    /// <param name="place">What <see cref="TryAcquire"/> gave.</param>
    /// <param name="hasRun">Whether the job was sent, and so may have run.</param>
    public void End(Place place, bool hasRun)
    {
        if (place.IsRead)
            Reads.End();
        Jobs.End(place.Started, hasRun);
    }

    /// <summary>What is in flight, reads apart: never too many reads, and so never too few writes.</summary>
    public (int InFlight, int Reads) Count()
    {
        var begun = Reads.Begun;
        var inFlight = InFlight;
        return (inFlight, Math.Clamp((int)(begun - Reads.Ended), 0, inFlight));
    }

    public void Dispose() => Upstream.Dispose();
}
