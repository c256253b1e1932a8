using ControlPlane.Infra.Postgres.Client;

namespace SqlEngine.Postgres;

/// <summary>
/// Ends what a session runs when a token is cancelled. It asks again until the use is over: asked between two statements,
/// the server would end neither.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly Timer _timer;
    private readonly CancellationTokenRegistration _registration;

    public Interruption(PgConnection session, CancellationToken cancellation)
    {
        _timer = new Timer(_ => session.Cancel());
        _registration = cancellation.Register(() => _timer.Change(TimeSpan.Zero, Pause));
    }

    public void Dispose()
    {
        _registration.Dispose();
        _timer.Dispose();
    }
}
