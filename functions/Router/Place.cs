namespace ControlPlane.Functions.Router;

/// <summary>A place at a backend, taken for one job until that has ended.</summary>
/// <param name="Destination">The backend.</param>
/// <param name="Started">When it was taken, as <see cref="JobCount"/> counts time.</param>
/// <param name="IsRead">Whether the job is known to read only.</param>
internal readonly record struct Place(Destination Destination, long Started, bool IsRead = false)
{
    /// <summary>No place: a gate is closed, and the request has to be looked at and held before it may have one.</summary>
    public static Place BehindGate { get; }

    /// <summary>Whether it is <see cref="BehindGate"/>, and there is nothing to give back.</summary>
    public bool IsBehindGate => Destination is null;
}
