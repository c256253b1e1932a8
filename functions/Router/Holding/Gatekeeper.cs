using ControlPlane.Core.Problems;

namespace ControlPlane.Functions.Router.Holding;

/// <summary>
/// Takes places for requests, and holds those whose group's gate is closed. While no group is being upgraded it adds
/// nothing to what the dispatcher does.
/// </summary>
internal sealed class Gatekeeper(Dispatcher dispatcher, HoldLine line)
{
    /// <summary>How much of a body the server takes in before anybody reads it. Source: KestrelServerLimits.MaxRequestBufferSize.</summary>
    private const long BodyBuffer = 1024 * 1024;

    /// <summary>Takes a place at a backend; see <see cref="Dispatcher.AcquireAsync(PlaceRequest, CancellationToken)"/>.</summary>
    /// <exception cref="BadHttpRequestException">The client sent a malformed body.</exception>
    public ValueTask<Result<Place>> AcquireAsync(HttpContext context, PlaceRequest request)
    {
        var acquiring = dispatcher.AcquireAsync(request, context.RequestAborted);
        if (!acquiring.IsCompletedSuccessfully)
            return new(AwaitAsync(acquiring, context, request));
        var acquired = acquiring.Result;
        return IsBehindGate(acquired) ? new(HoldAsync(context, request)) : new(acquired);
    }

    /// <summary>Waits until the gates are open to a request that goes to all backends of its tags.</summary>
    /// <returns>The same request, and what it does.</returns>
    /// <exception cref="BadHttpRequestException">The client sent a malformed body.</exception>
    public async ValueTask<Result<PlaceRequest>> PassAsync(HttpContext context, PlaceRequest request)
    {
        while (true)
        {
            var candidates = dispatcher.Table.Resolve(request.Tags);
            if (candidates.Changing.Length == 0)
                return request;
            if (request.Kind == RequestKind.Unknown)
                request = request with { Kind = await ReadCheck.TellAsync(context.Request, candidates.Members) };
            if (!candidates.Holds(request.Kind))
                return request;
            if ((await line.WaitAsync(request, SizeOf(context.Request), () => new(Place.BehindGate), context.RequestAborted)).Problem is { } problem)
                return problem;
        }
    }

    private async Task<Result<Place>> AwaitAsync(ValueTask<Result<Place>> acquiring, HttpContext context, PlaceRequest request)
    {
        var acquired = await acquiring;
        return IsBehindGate(acquired) ? await HoldAsync(context, request) : acquired;
    }

    private async Task<Result<Place>> HoldAsync(HttpContext context, PlaceRequest request)
    {
        var aborted = context.RequestAborted;
        request = request with { Kind = await ReadCheck.TellAsync(context.Request, dispatcher.Table.Resolve(request.Tags).Members) };
        var acquired = await dispatcher.AcquireAsync(request, aborted);
        while (IsBehindGate(acquired))
            acquired = await line.WaitAsync(request, SizeOf(context.Request), () => dispatcher.AcquireAsync(request, aborted), aborted);
        return acquired;
    }

    private static bool IsBehindGate(in Result<Place> acquired) => acquired.Is(out var place, out _) && place.IsBehindGate;

    private static long SizeOf(HttpRequest request) => request.ContentLength switch
    {
        { } length => Math.Min(length, BodyBuffer),
        null when request.Headers.ContainsKey("Transfer-Encoding") => BodyBuffer,
        null => 0,
    };
}
