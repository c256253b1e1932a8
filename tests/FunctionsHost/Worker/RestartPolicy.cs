namespace ControlPlane.FunctionsHost.Worker;

/// <summary>What the host does when its handler ends. Source: functions-custom-handler, section 1.8.</summary>
internal sealed class RestartPolicy(TimeProvider time)
{
    private const int ErrorsThatStopTheHost = 3;
    private const int IntentionalRestart = 200;

    private static readonly TimeSpan Forgetting = TimeSpan.FromMinutes(30);

    private int _errors;
    private DateTimeOffset _lastError;

    public ExitReaction OnExit(int code) => code switch
    {
        0 => ExitReaction.Nothing,
        IntentionalRestart => ExitReaction.Restart,
        _ => OnError(),
    };

    /// <summary>Counts an error: an exit, or a handler that did not listen in time.</summary>
    public ExitReaction OnError()
    {
        var now = time.GetUtcNow();
        if (now - _lastError > Forgetting)
            _errors = 0;
        _lastError = now;
        return ++_errors < ErrorsThatStopTheHost ? ExitReaction.Restart : ExitReaction.StopHost;
    }
}

/// <summary>What the host does.</summary>
internal enum ExitReaction
{
    /// <summary>The handler is gone, and invocations go on being sent to it.</summary>
    Nothing,

    /// <summary>A new handler is started on the same port.</summary>
    Restart,

    /// <summary>The host itself stops.</summary>
    StopHost,
}
