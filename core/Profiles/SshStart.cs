namespace ControlPlane.Core.Profiles;

/// <summary>
/// How an instance starts on a machine over ssh. Nothing of it is ever read by a shell: each element of
/// <see cref="Command"/> is one argument. In the command and the environment <c>${name}</c>, <c>${host}</c>, <c>${port}</c>,
/// <c>${sparkHome}</c>, <c>${mlsqlHome}</c>, <c>${dataDir}</c>, <c>${mainJar}</c> and those of <see cref="Placeholder"/> are replaced. An element that is
/// <c>${mlsqlConfig.options}</c> or <c>${mlsqlConfig.arguments}</c> becomes the settings: see <see cref="MlsqlConfig"/>.
/// </summary>
public sealed record SshStart
{
    /// <summary>The program, found on the machine's PATH unless absolute, and its arguments. It stays in the foreground.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Variables that the process gets besides those of the machine's /etc/profile.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Settings of the engine; those of the machine go before them. A key that begins with <c>streaming.</c> becomes the
    /// arguments <c>-key value</c>, one that begins with <c>spark.</c> the options <c>--conf key=value</c>, and any other
    /// the options <c>--key value</c>.
    /// </summary>
    public IReadOnlyDictionary<string, string> MlsqlConfig { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// A path on the machine whose last part may hold <c>*</c>: the one file that matches is <c>${mainJar}</c>. Null when
    /// the command needs none.
    /// </summary>
    public string? MainJar { get; init; }

    /// <summary>The port to serve at, 1 to 65535, unless <c>streaming.driver.port</c> of the machine says another; null when it must say it.</summary>
    public int? Port { get; init; }

    /// <summary>How long an instance may take until it serves, 1 s to 6 h; default 5 min. Then it counts as failed and is undone.</summary>
    public TimeSpan BootDeadline { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Time between SIGTERM and SIGKILL, up to 1 h; default 10 s.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(10);
}
