namespace ControlPlane.Core.Pools;

/// <summary>A machine on which instances can be started over ssh: one pool slot. The first fields are the seed's of <c>/ecs/add</c>.</summary>
public sealed record SshHost
{
    /// <summary>The slot's name; unique among all slots.</summary>
    public required string Name { get; init; }

    /// <summary>The address to connect to and at which the instance serves: an IP address or a host name.</summary>
    public required string Ip { get; init; }

    /// <summary>The port of its sshd, 1 to 65535; default 22.</summary>
    public int Port { get; init; } = 22;

    /// <summary>The file with the private key on the control plane's machine; a relative path counts from the folder in which the control plane runs. The key itself is never stored, shown or logged.</summary>
    public required string KeyPath { get; init; }

    /// <summary>Who logs in.</summary>
    public required string LoginUser { get; init; }

    /// <summary>Who the instance runs as; null for the login user.</summary>
    public string? ExecuteUser { get; init; }

    /// <summary>Where Spark is; null for engines without it.</summary>
    public string? SparkHome { get; init; }

    /// <summary>Where the engine is; null for engines that are on the PATH.</summary>
    public string? MlsqlHome { get; init; }

    /// <summary>Settings of the engine. <c>streaming.driver.port</c> is the port at which it serves.</summary>
    public IReadOnlyDictionary<string, string> MlsqlConfig { get; init; } = new Dictionary<string, string>();

    /// <summary>The public key that its sshd must show, as <c>ssh-ed25519 AAAA...</c>; null when the known_hosts file has it.</summary>
    public string? HostKey { get; init; }
}
