using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace ControlPlane.Functions.Router.Forwarding;

/// <summary>One request and its answer on one open connection.</summary>
internal static class Exchange
{
    /// <summary>Runs it. Whether the connection can be used again is left on the connection.</summary>
    /// <exception cref="IOException">A side failed; <see cref="Failure"/> says what that means.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public static async ValueTask<ForwardOutcome> RunAsync(HttpContext context, UpstreamConnection connection, Upstream upstream)
    {
        var framing = RequestFraming.Of(context);
        if (!RequestHead.TryAppend(connection.Request, context, upstream.Target, framing))
        {
            connection.MayBeReused = true;
            return ForwardOutcome.BadRequest;
        }

        var body = context.Request.BodyReader;
        var isWhole = RequestBody.TryAppendWhole(connection.Request, body, framing);
        connection.ExpectWithin(upstream.ResponseTicks);
        await connection.SendAsync(connection.Request.Written);
        if (isWhole)
            return await AnswerAsync(context, connection, upstream);

        var upload = RequestBody.PumpAsync(body, framing, connection, upstream);
        try
        {
            return await AnswerAsync(context, connection, upstream);
        }
        finally
        {
            connection.MayBeReused &= await IsSentAsync(upload, body, connection);
        }
    }

    /// <summary>What the end of the exchange by an exception means.</summary>
    public static ForwardOutcome Failure(UpstreamConnection connection) => (connection.Cause, connection.HasAnswered) switch
    {
        (AbortCause.ClientGone, _) => ForwardOutcome.ClientAborted,
        (_, true) => ForwardOutcome.ResponseBroken,
        (AbortCause.BadRequest, _) => ForwardOutcome.BadRequest,
        (AbortCause.Overdue, _) => ForwardOutcome.BackendTimedOut,
        _ => ForwardOutcome.BackendFailed,
    };

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<ForwardOutcome> AnswerAsync(HttpContext context, UpstreamConnection connection, Upstream upstream)
    {
        var head = connection.Head;
        HeadState state;
        while ((state = ReadFinalHead(connection)) == HeadState.Incomplete)
        {
            var count = await connection.ReceiveAsync();
            if (count == 0)
                return Failure(connection);
            connection.Accept(count);
        }

        if (state == HeadState.Malformed)
            return Failure(connection);

        connection.HasAnswered = true;
        ResponseHeaders.Copy(context, head, connection.Received, upstream.Strings);
        connection.Consume(head.Length);
        return await PassBodyAsync(context, connection, upstream) ? ForwardOutcome.Completed : Failure(connection);
    }

    private static HeadState ReadFinalHead(UpstreamConnection connection)
    {
        var head = connection.Head;
        while (true)
        {
            var state = head.Read(connection.Received);
            if (state != HeadState.Complete || !head.IsInterim)
                return state;

            // Nobody asked for another protocol, so what follows would be read wrongly.
            if (head.Status == StatusCodes.Status101SwitchingProtocols)
                return HeadState.Malformed;
            connection.SkipInterimHead();
        }
    }

    private static ValueTask<bool> PassBodyAsync(HttpContext context, UpstreamConnection connection, Upstream upstream)
    {
        var framing = ResponseFraming.Of(connection.Head, HttpMethods.IsHead(context.Request.Method));
        var client = context.Response.BodyWriter;
        var state = ResponseBody.CopyReceived(connection, ref framing, client);
        return state == BodyState.Incomplete
            ? PassRestAsync(connection, framing, client, upstream)
            : ValueTask.FromResult(End(connection, framing, state));
    }

    private static async ValueTask<bool> PassRestAsync(
        UpstreamConnection connection, ResponseFraming framing, PipeWriter client, Upstream upstream)
    {
        var state = await ResponseBody.CopyRestAsync(connection, framing, client, upstream.BodyIdleTicks);
        return End(connection, framing, state);
    }

    // Bytes after the answer belong to nothing that was asked.
    private static bool End(UpstreamConnection connection, ResponseFraming framing, BodyState state)
    {
        var isComplete = state == BodyState.Complete;
        connection.MayBeReused =
            isComplete && connection.Head.KeepsAlive && !framing.EndsWithConnection && connection.Received.IsEmpty;
        return isComplete;
    }

    private static async ValueTask<bool> IsSentAsync(Task<bool> upload, PipeReader body, UpstreamConnection connection)
    {
        if (!upload.IsCompleted)
        {
            connection.Abort(AbortCause.AnsweredEarly);
            body.CancelPendingRead();
        }

        return await upload;
    }
}
