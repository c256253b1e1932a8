using System.Diagnostics;
using System.Text.Json;
using ControlPlane.Core.Backends;
using ControlPlane.Core.Problems;
using ControlPlane.Core.Routing;
using ControlPlane.Functions.Health;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Router.Holding;

namespace ControlPlane.Functions.Router;

/// <summary>
/// AllBackends: sends one request to every backend of its tags at once and answers what each of them did, as a JSON
/// array in the order of registration. The status is 200 when all did well, and 502 otherwise, so that nobody takes a
/// half-done change for a done one.
/// </summary>
internal sealed class FanOut(Dispatcher dispatcher, Gatekeeper gatekeeper, Suspicions suspicions, RouterOptions options, FanOutClients clients)
{
    private static readonly HashSet<string> NotForwarded = new(
        ["Connection", "Content-Length", "Expect", "Host", "Keep-Alive", "Proxy-Authorization", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade"],
        StringComparer.OrdinalIgnoreCase);

    public async Task<RunOutcome> RunAsync(HttpContext context, string tags)
    {
        var passed = await gatekeeper.PassAsync(context, new(tags, PickStrategy.AllBackends));
        if (!passed.Is(out var request, out var held))
        {
            await ProblemAnswer.WriteAsync(context, held);
            return RunOutcome.Refused;
        }

        var members = dispatcher.Table.Resolve(tags).Members.OrderBy(destination => destination.Backend.Id).ToArray();
        if (members.Length == 0)
        {
            await ProblemAnswer.WriteAsync(context, new Problem(ProblemCodes.NoTagMatch, $"No backend has any of the tags {tags}. GET /backend/list lists the backends and their tags."));
            return RunOutcome.Refused;
        }

        var body = await LimitedBody.ReadAsync(context.Request, options.FanOutBodyLimit, context.RequestAborted);
        if (!body.Is(out var bytes, out var problem))
        {
            await ProblemAnswer.WriteAsync(context, problem);
            return RunOutcome.Refused;
        }

        var answers = await Task.WhenAll(members.Select(destination => AskAsync(context, destination, request, bytes)));
        context.RequestAborted.ThrowIfCancellationRequested();
        var isAllWell = answers.All(answer => answer.IsWell);
        context.Response.StatusCode = isAllWell ? StatusCodes.Status200OK : StatusCodes.Status502BadGateway;
        context.Response.ContentType = "application/json; charset=utf-8";
        await using (var writer = new Utf8JsonWriter(context.Response.BodyWriter))
        {
            writer.WriteStartArray();
            foreach (var answer in answers)
                answer.Write(writer);
            writer.WriteEndArray();
        }

        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        return isAllWell ? RunOutcome.Answered : RunOutcome.BackendFailed;
    }

    private async Task<FanOutAnswer> AskAsync(HttpContext context, Destination destination, PlaceRequest request, byte[] body)
    {
        if (destination.IsSuspect || destination.Backend.State is BackendState.Unhealthy or BackendState.Draining)
            return FanOutAnswer.NotSent(destination, ProblemCodes.NoHealthyBackend, $"It is {destination.StateInWords}; the request was not sent.");

        var acquired = await AcquireAsync(context, destination, request);
        if (!acquired.Is(out var place, out var problem))
            return FanOutAnswer.NotSent(destination, problem.Code, problem.Detail);

        var started = Stopwatch.GetTimestamp();
        FanOutAnswer? answer = null;
        try
        {
            return answer = await SendAsync(context, destination, body, started);
        }
        finally
        {
            FanOutAnswer.Count(answer, place);
            dispatcher.Release(place, hasRun: answer is not { IsSent: false });
        }
    }

    /// <summary>A gate may close while this waits for the backend, and open to the other side.</summary>
    private async Task<Result<Place>> AcquireAsync(HttpContext context, Destination destination, PlaceRequest request)
    {
        while (true)
        {
            var acquired = await dispatcher.AcquireAsync(destination, request, context.RequestAborted);
            if (!acquired.Is(out var place, out _) || !place.IsBehindGate)
                return acquired;
            var passed = await gatekeeper.PassAsync(context, request);
            if (!passed.Is(out request, out var problem))
                return problem;
            if (!dispatcher.Table.Resolve(request.Tags).Members.Contains(destination))
                return new Problem(ProblemCodes.NoHealthyBackend, "It does not serve any more; the request was not sent.");
        }
    }

    private async Task<FanOutAnswer> SendAsync(HttpContext context, Destination destination, byte[] body, long started)
    {
        using var deadline = new CancellationTokenSource(destination.Profile.Requests.ResponseTimeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, context.RequestAborted);
        try
        {
            using var request = Copy(context.Request, destination, body);
            using var response = await clients.For(destination.Profile.Requests.ConnectTimeout).SendAsync(request, either.Token);
            var answer = await LimitedBody.ReadAsync(response, options.FanOutAnswerLimit, either.Token);
            return answer is null
                ? FanOutAnswer.Failed(destination, ProblemCodes.TooLarge, $"Its answer has more than {options.FanOutAnswerLimit} bytes. The request has run.", started)
                : FanOutAnswer.Answered(destination, (int)response.StatusCode, answer, started);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException failure) when (failure.InnerException is TimeoutException && !deadline.IsCancellationRequested)
        {
            // Only connecting has a timeout of its own.
            return Unreachable(destination, started);
        }
        catch (OperationCanceledException)
        {
            return FanOutAnswer.Failed(destination, ProblemCodes.BackendTimeout, "It did not answer in time. The request may have run.", started);
        }
        catch (HttpRequestException failure) when (failure.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError)
        {
            return Unreachable(destination, started);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return FanOutAnswer.Failed(destination, ProblemCodes.BackendFailed, "It broke off before it had answered. The request may have run.", started);
        }
    }

    private FanOutAnswer Unreachable(Destination destination, long started)
    {
        suspicions.Report(destination, "a request could not connect to it");
        return FanOutAnswer.Failed(destination, ProblemCodes.BackendUnreachable, "Could not connect to it; the request was not sent.", started);
    }

    private static HttpRequestMessage Copy(HttpRequest request, Destination destination, byte[] body)
    {
        var target = destination.Url + request.Path.ToUriComponent() + request.QueryString.ToUriComponent();

        // Content even when there is none: the client sends a request without content again, up to three times, when the
        // connection closes before the answer, whether the backend has read the request or not.
        var copy = new HttpRequestMessage(new HttpMethod(request.Method), target) { Content = new ByteArrayContent(body) };
        foreach (var header in request.Headers.Where(header => !NotForwarded.Contains(header.Key)))
        {
            if (!copy.Headers.TryAddWithoutValidation(header.Key, (IEnumerable<string?>)header.Value))
                copy.Content.Headers.TryAddWithoutValidation(header.Key, (IEnumerable<string?>)header.Value);
        }

        return copy;
    }
}
