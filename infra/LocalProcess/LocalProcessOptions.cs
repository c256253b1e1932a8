namespace ControlPlane.Infra.LocalProcess;

/// <summary>Where and how instances run on this machine.</summary>
public sealed record LocalProcessOptions
{
    /// <summary>
    /// Marks every process that this control plane starts, so that it finds them again after a crash and never touches
    /// another's. Stays the same for the life of the state.
    /// </summary>
    public required string Owner { get; init; }

    /// <summary>The folder under which each instance gets one of its own for its files and its log.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Folders in which programs are looked for before the PATH.</summary>
    public IReadOnlyList<string> EnginePath { get; init; } = [];

    /// <summary>How many instances may run at once, default 64.</summary>
    public int Slots { get; init; } = 64;
}
