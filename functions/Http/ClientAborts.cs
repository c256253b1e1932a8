using Microsoft.AspNetCore.Connections;

namespace ControlPlane.Functions.Http;

/// <summary>Tells a client that has gone from a failure of ours.</summary>
internal static class ClientAborts
{
    /// <summary>
    /// Whether an exception only says that the client has gone. A reset connection is found by whoever reads the body at
    /// that moment, and often before the request's own token knows.
    /// </summary>
    public static bool IsMeantBy(Exception failure, HttpContext context) => failure switch
    {
        ConnectionResetException or ConnectionAbortedException => true,
        OperationCanceledException or IOException => context.RequestAborted.IsCancellationRequested,
        _ => false,
    };
}
