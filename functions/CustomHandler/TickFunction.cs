using ControlPlane.Core.Problems;
using ControlPlane.Functions.Tick;

namespace ControlPlane.Functions.CustomHandler;

/// <summary>The timer. Whether housekeeping is due is read off the clock, since each tick may come to another process.</summary>
internal sealed class TickFunction(Rounds rounds, Housekeeping housekeeping, TimeProvider time)
{
    private const int MinutesPerHousekeeping = 10;

    public async Task<Problem?> RunAsync(HttpContext context, Envelope envelope)
    {
        if (envelope.Object(FunctionBindings.Timer) is null)
            return new Problem(ProblemCodes.Unreadable, $"Data.{FunctionBindings.Timer} must be the timer's state.");
        await rounds.RunAsync(context.RequestAborted);
        if (time.GetUtcNow().Minute % MinutesPerHousekeeping == 0)
            await housekeeping.RunAsync(context.RequestAborted);
        await EnvelopeAnswer.WriteAsync(context);
        return null;
    }
}
