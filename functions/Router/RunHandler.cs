using ControlPlane.Core.Problems;
using ControlPlane.Core.Routing;
using ControlPlane.Functions.Health;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Router.Forwarding;
using ControlPlane.Functions.Router.Holding;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace ControlPlane.Functions.Router;

/// <summary>The hot path: takes one request to run something to the backend that its tags and strategy lead to.</summary>
internal sealed class RunHandler(Dispatcher dispatcher, Gatekeeper gatekeeper, FanOut fanOut, Suspicions suspicions, RouterMetrics metrics)
{
    /// <summary>Handles <c>/run/script</c>, which must name tags.</summary>
    public Task RunScriptAsync(HttpContext context) => RunAsync(context, areTagsRequired: true);

    /// <summary>Handles <c>/run/sql</c>, which goes to any backend when it names no tags.</summary>
    public Task RunSqlAsync(HttpContext context) => RunAsync(context, areTagsRequired: false);

    private async Task RunAsync(HttpContext context, bool areTagsRequired)
    {
        LiftLimits(context);
        var started = RouterMetrics.Begin();
        var outcome = RunOutcome.Refused;
        try
        {
            var parameters = await RouteParameters.ReadAsync(context.Request);
            if (Check(parameters, areTagsRequired).Is(out var strategy, out var problem))
            {
                var tags = parameters.Tags ?? "";
                outcome = strategy == PickStrategy.AllBackends
                    ? await fanOut.RunAsync(context, tags)
                    : await ForwardAsync(context, tags, strategy);
            }
            else
            {
                await ProblemAnswer.WriteAsync(context, problem);
            }
        }
        catch (Exception failure) when (ClientAborts.IsMeantBy(failure, context))
        {
            outcome = RunOutcome.ClientAborted;
        }
        finally
        {
            metrics.End(started, outcome);
        }

        // Or Kestrel would go on to read the rest of the body, and log an error when it cannot.
        if (outcome == RunOutcome.ClientAborted)
            context.Abort();
    }

    /// <summary>Jobs may be long and bodies big; what they may be is the engine's business.</summary>
    private static void LiftLimits(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
    }

    private static Result<PickStrategy> Check(RouteParameters parameters, bool areTagsRequired)
    {
        if (areTagsRequired && string.IsNullOrWhiteSpace(parameters.Tags?.Replace(",", "", StringComparison.Ordinal)))
        {
            return new Problem(ProblemCodes.TagsRequired, "The request names no tags. Send tags=group1 in the query, or within the first 512 KiB of a form or JSON body.")
            {
                Errors = [new(ParameterNames.Tags, "is missing or empty.")],
            };
        }

        if (PickStrategies.Find(parameters.Strategy) is { } strategy)
            return strategy;
        return Problem.Invalid(ParameterNames.Strategy, $"\"{parameters.Strategy}\" is not known. Known: {string.Join(", ", PickStrategies.Names)}.");
    }

    /// <summary>Sends the request to one backend, and to another only if the first could not even be connected to.</summary>
    private async Task<RunOutcome> ForwardAsync(HttpContext context, string tags, PickStrategy strategy)
    {
        List<Destination>? tried = null;
        while (true)
        {
            var acquired = await gatekeeper.AcquireAsync(context, new(tags, strategy, tried));
            if (!acquired.Is(out var place, out var problem))
            {
                await ProblemAnswer.WriteAsync(context, problem);
                return RunOutcome.Refused;
            }

            var destination = place.Destination;
            ForwardOutcome outcome;
            var hasRun = true;
            try
            {
                outcome = await Forwarder.ForwardAsync(context, destination.Upstream);
                hasRun = outcome != ForwardOutcome.ConnectFailed;
                destination.Outcomes.Add(outcome, context.Response.StatusCode, place);
            }
            finally
            {
                dispatcher.Release(place, hasRun);
            }

            switch (outcome)
            {
                case ForwardOutcome.Completed:
                    return RunOutcome.Answered;
                case ForwardOutcome.ClientAborted:
                    return RunOutcome.ClientAborted;
                case ForwardOutcome.ResponseBroken:
                    return RunOutcome.BackendFailed;
                case ForwardOutcome.ConnectFailed:
                    suspicions.Report(destination, "a request could not connect to it");
                    (tried ??= []).Add(destination);
                    break;
                case ForwardOutcome.BadRequest:
                    await ProblemAnswer.WriteAsync(context, new Problem(ProblemCodes.Unreadable, "The request's body or a header of it is malformed."));
                    return RunOutcome.Refused;
                case ForwardOutcome.BackendTimedOut:
                    await ProblemAnswer.WriteAsync(context, TimedOut(destination));
                    return RunOutcome.BackendTimedOut;
                default:
                    await ProblemAnswer.WriteAsync(context, Failed(destination));
                    return RunOutcome.BackendFailed;
            }
        }
    }

    private static Problem TimedOut(Destination destination) =>
        new(ProblemCodes.BackendTimeout, $"{destination.Name} did not answer within {destination.Profile.Requests.ResponseTimeout.TotalSeconds:0.#} s. The request may have run; it was not sent again.");

    private static Problem Failed(Destination destination) =>
        new(ProblemCodes.BackendFailed, $"{destination.Name} broke off before it had answered. The request may have run; it was not sent again.");
}
