using System.Runtime.InteropServices;

namespace ControlPlane.Infra.Postgres.Client;

/// <summary>A <c>PGconn</c>.</summary>
internal sealed class ConnectionHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        LibPq.Finish(handle);
        return true;
    }
}

/// <summary>A <c>PGresult</c>.</summary>
internal sealed class ResultHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        LibPq.Clear(handle);
        return true;
    }
}

/// <summary>A <c>PGcancel</c>: what another thread needs to cancel a query.</summary>
internal sealed class CancelHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        LibPq.FreeCancel(handle);
        return true;
    }
}
