using System.Buffers;
using System.IO.Pipelines;

namespace ControlPlane.Functions.Router.Forwarding;

/// <summary>Passes the body of an answer on to the client.</summary>
internal static class ResponseBody
{
    // What may wait in the client's pipe before it is flushed although the backend does not pause.
    private const int MostUnflushed = 64 * 1024;

    /// <summary>Copies what has been received already.</summary>
    public static BodyState CopyReceived(UpstreamConnection connection, ref ResponseFraming framing, PipeWriter client)
    {
        while (true)
        {
            var bytes = connection.Received;
            var step = framing.Read(bytes);
            if (step.Payload > 0)
                client.Write(bytes.Slice(step.Consumed - step.Payload, step.Payload));
            connection.Consume(step.Consumed);
            if (step.State != BodyState.Incomplete)
                return step.State;
            if (step.Consumed == bytes.Length)
                return connection.HasEnded ? framing.AtEndOfConnection : BodyState.Incomplete;
        }
    }

    /// <summary>
    /// Copies what is still to come, flushing whenever the backend pauses, so that the client never waits for bytes
    /// that are here, and never more often.
    /// </summary>
    /// <returns>Complete, or Malformed when it broke.</returns>
    public static async ValueTask<BodyState> CopyRestAsync(
        UpstreamConnection connection, ResponseFraming framing, PipeWriter client, long idleTicks)
    {
        if (framing.IsLong)
            connection.Widen();
        var unflushed = 0;
        BodyState state;
        do
        {
            connection.ExpectWithin(idleTicks);
            var receiving = connection.ReceiveAsync();
            if (!receiving.IsCompleted || unflushed >= MostUnflushed)
            {
                await client.FlushAsync();
                unflushed = 0;
            }

            var count = await receiving;
            connection.Accept(count);
            unflushed += Math.Max(count, 0);
            state = CopyReceived(connection, ref framing, client);
        }
        while (state == BodyState.Incomplete);

        // Once a response has started, Kestrel does not flush at its end what was only written.
        await client.FlushAsync();
        return state;
    }
}
