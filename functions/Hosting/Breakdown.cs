namespace ControlPlane.Functions.Hosting;

/// <summary>Ends the program because a part of it broke off, and lets it say so: a supervisor starts again what ends with a failure.</summary>
internal sealed class Breakdown(IHostApplicationLifetime lifetime)
{
    private volatile bool _hasHappened;

    public bool HasHappened => _hasHappened;

    public void End()
    {
        _hasHappened = true;
        lifetime.StopApplication();
    }
}
