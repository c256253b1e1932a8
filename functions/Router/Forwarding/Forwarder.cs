using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace ControlPlane.Functions.Router.Forwarding;

/// <summary>
/// Sends one request to one backend and passes the answer on, both as they arrive. It sends a request at most once and
/// writes no error answer: the outcome says what became of it.
/// </summary>
internal static class Forwarder
{
    /// <summary>Forwards the request.</summary>
    /// <param name="context">
    /// The request. Its body may have been looked at through its BodyReader, but nothing of it consumed.
    /// </param>
    /// <param name="upstream">The backend.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public static async ValueTask<ForwardOutcome> ForwardAsync(HttpContext context, Upstream upstream)
    {
        var clientGone = context.RequestAborted;
        var connection = upstream.TakeIdle() ?? await upstream.ConnectAsync(clientGone);
        if (connection is null)
            return clientGone.IsCancellationRequested ? ForwardOutcome.ClientAborted : ForwardOutcome.ConnectFailed;

        var mayBeKept = false;
        ForwardOutcome outcome;
        var watch = clientGone.UnsafeRegister(static it => ((UpstreamConnection)it!).Abort(AbortCause.ClientGone), connection);
        try
        {
            outcome = await Exchange.RunAsync(context, connection, upstream);
            mayBeKept = connection.MayBeReused;
        }
        catch (Exception failure) when (failure is IOException or SocketException or ObjectDisposedException)
        {
            outcome = failure is BadHttpRequestException ? ForwardOutcome.BadRequest : Exchange.Failure(connection);
        }
        finally
        {
            // When the client's going is being noticed at this moment, the connection is no longer ours alone.
            if (watch.Unregister() && mayBeKept)
                upstream.Keep(connection);
            else
                upstream.Close(connection);
        }

        if (outcome == ForwardOutcome.ResponseBroken)
            context.Abort();
        return outcome;
    }
}
