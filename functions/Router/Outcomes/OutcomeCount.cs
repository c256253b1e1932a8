using ControlPlane.Functions.Router.Forwarding;

namespace ControlPlane.Functions.Router.Outcomes;

/// <summary>
/// Counts what became of the requests that were given to one backend. In the usual case that is one atomic step a request.
/// </summary>
internal sealed class OutcomeCount
{
    private readonly long[] _answers = new long[OutcomeSnapshot.Bounds.Count + 1];
    private long _errors;
    private long _broken;
    private long _unreached;
    private long _abandoned;
    private long _reads;

    /// <summary>Counts how one attempt to forward a request ended.</summary>
    /// <param name="outcome">How it ended.</param>
    /// <param name="status">The status that was passed on, if one was.</param>
    /// <param name="place">The place that it had.</param>
    public void Add(ForwardOutcome outcome, int status, in Place place)
    {
        switch (outcome)
        {
            case ForwardOutcome.Completed:
                Answered(status, place.Destination.Jobs.Elapsed(place.Started));
                break;
            case ForwardOutcome.ConnectFailed:
                Unreached();
                return;
            case ForwardOutcome.ClientAborted or ForwardOutcome.BadRequest:
                Abandoned();
                break;
            default:
                Broke();
                break;
        }

        if (place.IsRead)
            SentRead();
    }

    /// <summary>It answered. A status from 500 on is a failure; any other that says no is the client's own.</summary>
    public void Answered(int status, TimeSpan time)
    {
        Interlocked.Increment(ref _answers[OutcomeSnapshot.BucketOf(time)]);
        if (status >= StatusCodes.Status500InternalServerError)
            Interlocked.Increment(ref _errors);
    }

    /// <summary>It broke off, or did not answer in time.</summary>
    public void Broke() => Interlocked.Increment(ref _broken);

    /// <summary>It could not be connected to, and nothing was sent.</summary>
    public void Unreached() => Interlocked.Increment(ref _unreached);

    /// <summary>The client went, or what it sent was malformed: no word on the backend, but the request may have run.</summary>
    public void Abandoned() => Interlocked.Increment(ref _abandoned);

    /// <summary>One of those that were sent only reads.</summary>
    public void SentRead() => Interlocked.Increment(ref _reads);

    public OutcomeSnapshot Read() => new()
    {
        Latencies = [.. Enumerable.Range(0, _answers.Length).Select(index => Interlocked.Read(ref _answers[index]))],
        Errors = Interlocked.Read(ref _errors),
        Broken = Interlocked.Read(ref _broken),
        Unreached = Interlocked.Read(ref _unreached),
        Abandoned = Interlocked.Read(ref _abandoned),
        ReadsSent = Interlocked.Read(ref _reads),
    };
}
