namespace SqlEngine.Lifecycle;

/// <summary>The states as answers spell them.</summary>
internal static class EngineStateWord
{
    public static string ToWord(this EngineState state) => state switch
    {
        EngineState.Starting => "starting",
        EngineState.Migrating => "migrating",
        EngineState.Ready => "ready",
        EngineState.Draining => "draining",
        _ => "stopping",
    };
}
