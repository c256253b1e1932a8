using System.Security.Cryptography.X509Certificates;

namespace ControlPlane.Functions.Router.Forwarding;

/// <summary>Limits of the connections to one backend.</summary>
internal sealed record UpstreamOptions
{
    /// <summary>The longest wait for a new connection, TLS handshake included. Default 5 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest wait from the end of the request to the head of the answer. Default 12 h: jobs are long.</summary>
    public TimeSpan ResponseTimeout { get; init; } = TimeSpan.FromHours(12);

    /// <summary>The longest pause between two pieces of a body, of the request or of the answer. Default 12 h.</summary>
    public TimeSpan BodyIdleTimeout { get; init; } = TimeSpan.FromHours(12);

    /// <summary>
    /// How long an unused connection is kept. Default 15 s: engines commonly close theirs after 30 s, and the router
    /// has to be the first.
    /// </summary>
    public TimeSpan IdleLifetime { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How often deadlines are looked at, so that no request needs a timer of its own. Every timeout but the one of
    /// connecting may fire up to two of these late. Default 1 s.
    /// </summary>
    public TimeSpan SweepInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The most unused connections kept on each event loop. Default 1024; those in use are not limited here.</summary>
    public int MaxIdleConnections { get; init; } = 1024;

    /// <summary>Certificate authorities trusted for an https backend; null means those of the system.</summary>
    public X509Certificate2Collection? TrustedRoots { get; init; }
}
