using System.Net;
using ControlPlane.Core.Scaling;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Router;
using ControlPlane.Functions.Signals;
using ControlPlane.Infra.DatabaseFile;

namespace ControlPlane.Functions.Hosting;

/// <summary>Everything that a user can set when starting the control plane.</summary>
internal sealed record ControlPlaneOptions
{
    /// <summary>The address to listen on; 127.0.0.1 unless set. Any other than loopback needs keys.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The port to listen on, 0 to 65535; default 8080, 0 picks a free one.</summary>
    public int Port { get; init; } = 8080;

    /// <summary>The folder of the state; default <c>./data</c>.</summary>
    public string DataFolder { get; init; } = "data";

    /// <summary>Folders with engine profiles, besides those that come with the program; a later one goes first.</summary>
    public IReadOnlyList<string> ProfileFolders { get; init; } = [];

    /// <summary>Folders in which engines' programs are looked for before the PATH.</summary>
    public IReadOnlyList<string> EnginePath { get; init; } = [];

    /// <summary>How many instances may run on this machine at once, default 64.</summary>
    public int LocalSlots { get; init; } = 64;

    /// <summary>
    /// The public keys of machines on which instances are started over ssh, for those that state none of their own; default
    /// <c>~/.ssh/known_hosts</c>. A machine with no key there is not connected to.
    /// </summary>
    public string KnownHostsFile { get; init; } = "";

    /// <summary>
    /// Whether instances on this machine go on when the control plane is stopped in good order; the next start takes them
    /// over. When it is killed they always do.
    /// </summary>
    public bool KeepsInstances { get; init; }

    /// <summary>
    /// The longest time for which a calm group is not looked at, 0 s to 1 h; default 15 min. With 0 every group is looked
    /// at as often as its monitor says, and each decision is stored.
    /// </summary>
    public TimeSpan LongestPause { get; init; } = Calm.LongestPause;

    /// <summary>Who may call.</summary>
    public KeyRing Keys { get; init; } = KeyRing.Parse([]);

    /// <summary>How callers prove who they are; by their keys on a single machine.</summary>
    public CallerCheck CallerCheck { get; init; } = CallerCheck.OwnKeys;

    /// <summary>The tokens that sources of signals want to see.</summary>
    public SignalTokens SignalTokens { get; init; } = SignalTokens.None;

    /// <summary>The database servers that engines keep their data on.</summary>
    public IReadOnlyList<DatabaseEntry> Databases { get; init; } = [];

    /// <summary>The secret that others are derived from; empty when there is none.</summary>
    public byte[] SecretKey { get; init; } = [];

    /// <summary>The router's bounds.</summary>
    public RouterOptions Router { get; init; } = new();
}
