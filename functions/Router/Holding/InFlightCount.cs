namespace ControlPlane.Functions.Router.Holding;

/// <summary>What is in flight to one side of a group.</summary>
/// <param name="Writes">Requests that may write: all that are not known to read only. Never too few.</param>
/// <param name="Reads">Requests that only read.</param>
internal sealed record InFlightCount(int Writes, int Reads)
{
    /// <summary>Routers that go by an older state of the group than this one, and may still send by that. Null when there are none.</summary>
    public IReadOnlyList<string>? Behind { get; init; }

    /// <summary>Routers that had work in hand, or knew of an upgrade, and are silent: what they sent is in no count. Null when there are none.</summary>
    public IReadOnlyList<string>? Missing { get; init; }
}
