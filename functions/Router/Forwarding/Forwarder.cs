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
    public static ValueTask<ForwardOutcome> ForwardAsync(HttpContext context, Upstream upstream) =>
        upstream.TakeIdle() is { } connection
            ? RunAsync(new Exchange(context, upstream, connection))
            : ConnectAndRunAsync(context, upstream);

    private static async ValueTask<ForwardOutcome> ConnectAndRunAsync(HttpContext context, Upstream upstream)
    {
        var clientGone = context.RequestAborted;
        if (await upstream.ConnectAsync(clientGone) is { } connection)
            return await RunAsync(new Exchange(context, upstream, connection));
        return clientGone.IsCancellationRequested ? ForwardOutcome.ClientAborted : ForwardOutcome.ConnectFailed;
    }

    // The one asynchronous method of the usual case: each further one would be one more object for every request.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<ForwardOutcome> RunAsync(Exchange exchange)
    {
        var connection = exchange.Connection;
        var watch = exchange.ClientGone.UnsafeRegister(
            static it => ((UpstreamConnection)it!).Abort(AbortCause.ClientGone), connection);
        var outcome = ForwardOutcome.BadRequest;
        try
        {
            if (exchange.TryWriteRequest(out var framing, out var isWhole))
            {
                await exchange.SendAsync(framing, isWhole);
                HeadState head;
                while ((head = exchange.ReadHead()) == HeadState.Incomplete)
                    connection.Accept(await connection.ReceiveAsync());
                outcome = await exchange.AnswerAsync(head);
            }
        }
        catch (BadHttpRequestException)
        {
            // The client's body, found malformed before anything was sent.
        }
        catch (Exception failure) when (failure is IOException or SocketException or ObjectDisposedException)
        {
            outcome = exchange.Failure();
        }
        finally
        {
            if (connection.Upload is { } upload)
                connection.MayBeReused &= await exchange.StopAsync(upload);
            exchange.Release(watch);
        }

        if (outcome == ForwardOutcome.ResponseBroken)
            exchange.AbortClient();
        return outcome;
    }
}
