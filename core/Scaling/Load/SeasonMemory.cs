namespace ControlPlane.Core.Scaling.Load;

/// <summary>placeholder</summary>
public sealed record SeasonMemory;
