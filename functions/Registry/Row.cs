namespace ControlPlane.Functions.Registry;

/// <summary>A stored thing and the mark of the version that was read.</summary>
internal sealed record Row<T>(T Value, string ETag);
