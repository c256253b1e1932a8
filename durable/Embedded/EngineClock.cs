using Microsoft.Extensions.Logging;

namespace ControlPlane.Durable.Embedded;

/// <summary>What every part of the engine looks at and writes to.</summary>
internal sealed record EngineClock(TimeProvider Time, ILogger Logger);
