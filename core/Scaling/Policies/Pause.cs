namespace ControlPlane.Core.Scaling.Policies;

/// <summary>A time in which people want a group left alone: nothing is started, taken away or replaced.</summary>
/// <param name="Until">When it ends by itself.</param>
/// <param name="By">Who asked for it.</param>
/// <param name="Reason">Why.</param>
public sealed record Pause(DateTimeOffset Until, string By, string Reason);
