namespace ControlPlane.Functions.Router;

/// <summary>A place at a backend, taken for one job until that has ended.</summary>
/// <param name="Destination">The backend.</param>
/// <param name="Started">When it was taken, as <see cref="JobCount"/> counts time.</param>
internal readonly record struct Place(Destination Destination, long Started);
