using ControlPlane.EndToEnd.Machine;

namespace ControlPlane.EndToEnd.Upgrades;

/// <summary>One control plane that several shops share, each with a group and a database of its own.</summary>
internal interface IGround
{
    Site Site { get; }

    /// <summary>Starts the control plane on its state, always on the same port.</summary>
    Task StartControlPlaneAsync();
}
