using SqlEngine.Data;
using SqlEngine.Jobs;
using SqlEngine.Options;

namespace SqlEngine.Sessions;

/// <summary>
/// The sessions of owners. A script that asks for none gets one of its own, which ends with it. A full pool gives up the
/// session that is unused for longest; sessions unused for too long end by themselves.
/// </summary>
internal sealed class SessionPool : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Session> _sessions = [];
    private readonly EngineOptions _options;
    private readonly IDatabase _database;
    private readonly TimeProvider _time;
    private readonly ITimer _sweep;

    public SessionPool(EngineOptions options, IDatabase database, TimeProvider time)
    {
        (_options, _database, _time) = (options, database, time);
        var period = options.SessionIdle / 2;
        _sweep = time.CreateTimer(_ => EndIdle(), null, period, period);
    }

    public int Count
    {
        get
        {
            lock (_gate)
                return _sessions.Count;
        }
    }

    /// <summary>Whether an owner can have a session at all.</summary>
    public bool KeepsSessions => _database.KeepsSessions;

    /// <summary>Waits for the owner's session, or makes one for this script alone.</summary>
    /// <returns>Null when the pool is full of sessions in use.</returns>
    public async Task<SessionLease?> AcquireAsync(JobRequest request, CancellationToken cancellation)
    {
        if (!request.UsesOwnerSession)
        {
            var own = new Session(request.Owner);
            return new SessionLease(own, _database, own.Dispose);
        }

        if (Enter(request.Owner) is not { } session)
            return null;
        try
        {
            await session.Turn.WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            Leave(session);
            throw;
        }

        return new SessionLease(session, _database, () =>
        {
            session.Turn.Release();
            Leave(session);
        });
    }

    public void Dispose()
    {
        _sweep.Dispose();
        lock (_gate)
        {
            foreach (var session in _sessions.Values)
                session.Dispose();
            _sessions.Clear();
        }
    }

    private Session? Enter(string owner)
    {
        lock (_gate)
        {
            if (!_sessions.TryGetValue(owner, out var session))
            {
                if (_sessions.Count >= _options.MaxSessions && !EndOldest())
                    return null;
                session = new Session(owner);
                _sessions.Add(owner, session);
            }

            session.Users++;
            return session;
        }
    }

    private void Leave(Session session)
    {
        lock (_gate)
        {
            session.Users--;
            session.LastUsed = _time.GetUtcNow();
        }
    }

    private bool EndOldest()
    {
        if (_sessions.Values.Where(session => session.Users == 0).MinBy(session => session.LastUsed) is not { } oldest)
            return false;
        End(oldest);
        return true;
    }

    private void EndIdle()
    {
        lock (_gate)
        {
            var limit = _time.GetUtcNow() - _options.SessionIdle;
            foreach (var session in _sessions.Values.Where(session => session.Users == 0 && session.LastUsed <= limit).ToList())
                End(session);
        }
    }

    private void End(Session session)
    {
        _sessions.Remove(session.Owner);
        session.Dispose();
    }
}
