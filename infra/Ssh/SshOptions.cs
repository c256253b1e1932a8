namespace ControlPlane.Infra.Ssh;

/// <summary>How machines are reached over ssh.</summary>
public sealed record SshOptions
{
    /// <summary>
    /// Marks every process that this control plane starts, so that it finds them again after a crash and never touches
    /// another's. Stays the same for the life of the state.
    /// </summary>
    public required string Owner { get; init; }

    /// <summary>The folder in which the machines' own public keys are put for the ssh client to read.</summary>
    public required string Folder { get; init; }

    /// <summary>The public keys of machines that state none of their own, as sshd(8) describes the file.</summary>
    public required string KnownHostsFile { get; init; }

    /// <summary>The ssh client: a path, or a name that is looked for on the PATH; default <c>ssh</c>.</summary>
    public string Client { get; init; } = "ssh";

    /// <summary>How long connecting may take, in whole seconds; default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one call may take, connecting and all; default 60 s. Then the machine counts as unreachable.</summary>
    public TimeSpan CallDeadline { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a machine that did not answer is not asked again whether its instances live; default 15 s.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the answer that an instance lives is taken for true without asking again; default 2 s.</summary>
    public TimeSpan AliveFor { get; init; } = TimeSpan.FromSeconds(2);
}
