namespace ControlPlane.Core.Profiles;

/// <summary>How long an instance may take to come and to go, whatever provider makes it.</summary>
public sealed record StartLimits
{
    /// <summary>How long it may take until it serves; default 60 s. Then it counts as failed and is undone.</summary>
    public TimeSpan BootDeadline { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Time between the request to end and the end by force; default 10 s.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(10);
}
