using System.IO.Pipelines;

namespace ControlPlane.Functions.Router.Forwarding;

/// <summary>One request and its answer on one open connection, step by step.</summary>
internal readonly struct Exchange(HttpContext context, Upstream upstream, UpstreamConnection connection)
{
    /// <summary>The connection to the backend.</summary>
    public UpstreamConnection Connection => connection;

    /// <summary>Cancelled when the client goes away.</summary>
    public CancellationToken ClientGone => context.RequestAborted;

    /// <summary>Writes the head of the request into the connection's buffer, and a small body that is there behind it.</summary>
    /// <returns>False when the request cannot be sent; the connection is as good as before.</returns>
    public bool TryWriteRequest(out RequestFraming framing, out bool isWhole)
    {
        framing = RequestFraming.Of(context);
        isWhole = false;
        connection.MayBeReused = !RequestHead.TryAppend(connection.Request, context, upstream.Target, framing);
        if (connection.MayBeReused)
            return false;
        isWhole = !framing.HasBody || RequestBody.TryAppendWhole(connection.Request, context.Request.BodyReader, framing);
        return true;
    }

    /// <summary>Sends what has been written, and begins to send the rest.</summary>
    public ValueTask SendAsync(RequestFraming framing, bool isWhole)
    {
        connection.ExpectWithin(upstream.ResponseTicks);
        var sending = connection.SendAsync(connection.Request.Written);
        return isWhole ? sending : SendAndPumpAsync(sending, framing);
    }

    /// <summary>Reads the head of the answer as far as it has been received; interim answers are dropped.</summary>
    public HeadState ReadHead()
    {
        var head = connection.Head;
        while (true)
        {
            var state = head.Read(connection.Received);
            if (state == HeadState.Incomplete && connection.HasEnded)
                return HeadState.Malformed;
            if (state != HeadState.Complete || !head.IsInterim)
                return state;

            // Nobody asked for another protocol, so what follows would be read wrongly.
            if (head.Status == StatusCodes.Status101SwitchingProtocols)
                return HeadState.Malformed;
            connection.SkipInterimHead();
        }
    }

    /// <summary>Passes the answer on.</summary>
    public ValueTask<ForwardOutcome> AnswerAsync(HeadState state)
    {
        if (state == HeadState.Malformed)
            return ValueTask.FromResult(Failure());

        var head = connection.Head;
        connection.HasAnswered = true;
        ResponseHeaders.Copy(context, head, connection.Received, upstream.Strings);
        connection.Consume(head.Length);

        var framing = ResponseFraming.Of(head, HttpMethods.IsHead(context.Request.Method));
        var client = context.Response.BodyWriter;
        var body = ResponseBody.CopyReceived(connection, ref framing, client);
        return body == BodyState.Incomplete ? PassRestAsync(framing, client) : ValueTask.FromResult(End(framing, body));
    }

    /// <summary>What the end of the exchange by a failure means.</summary>
    public ForwardOutcome Failure() => (connection.Cause, connection.HasAnswered) switch
    {
        (AbortCause.ClientGone, _) => ForwardOutcome.ClientAborted,
        (_, true) => ForwardOutcome.ResponseBroken,
        (AbortCause.BadRequest, _) => ForwardOutcome.BadRequest,
        (AbortCause.Overdue, _) => ForwardOutcome.BackendTimedOut,
        _ => ForwardOutcome.BackendFailed,
    };

    /// <summary>Ends the sending of the body.</summary>
    /// <returns>Whether all of it had been sent.</returns>
    public async ValueTask<bool> StopAsync(Task<bool> upload)
    {
        if (!upload.IsCompleted)
        {
            connection.Abort(AbortCause.AnsweredEarly);
            context.Request.BodyReader.CancelPendingRead();
        }

        return await upload;
    }

    /// <summary>Gives the connection back, or closes it.</summary>
    /// <param name="watch">The watch over the client, which ends here.</param>
    public void Release(CancellationTokenRegistration watch)
    {
        // When the client's going is being noticed at this moment, the connection is no longer ours alone.
        if (watch.Unregister() && connection.MayBeReused)
            upstream.Keep(connection);
        else
            upstream.Close(connection);
    }

    /// <summary>Breaks off the response to the client.</summary>
    public void AbortClient() => context.Abort();

    private async ValueTask SendAndPumpAsync(ValueTask sending, RequestFraming framing)
    {
        await sending;
        connection.Upload = RequestBody.PumpAsync(context.Request.BodyReader, framing, connection, upstream);
    }

    private async ValueTask<ForwardOutcome> PassRestAsync(ResponseFraming framing, PipeWriter client)
    {
        var body = await ResponseBody.CopyRestAsync(connection, framing, client, upstream.BodyIdleTicks);
        return End(framing, body);
    }

    // Bytes after the answer belong to nothing that was asked.
    private ForwardOutcome End(ResponseFraming framing, BodyState body)
    {
        var isComplete = body == BodyState.Complete;
        connection.MayBeReused =
            isComplete && connection.Head.KeepsAlive && !framing.EndsWithConnection && connection.Received.IsEmpty;
        return isComplete ? ForwardOutcome.Completed : Failure();
    }
}
