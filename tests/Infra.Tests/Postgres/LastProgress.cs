using ControlPlane.Core.Databases;

namespace ControlPlane.Infra.Tests.Postgres;

/// <summary>Keeps the last thing that was said, on the caller's own thread.</summary>
internal sealed class LastProgress : IProgress<CopyProgress>
{
    public CopyProgress? Last { get; private set; }

    public void Report(CopyProgress value) => Last = value;
}
