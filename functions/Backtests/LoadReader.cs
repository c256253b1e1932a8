using ControlPlane.Core.Backends;
using ControlPlane.Core.Backtest;
using ControlPlane.Core.Problems;
using ControlPlane.Core.Scaling;
using ControlPlane.Core.Scaling.Load;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Http;

namespace ControlPlane.Functions.Backtests;

/// <summary>Gets the load of a backtest: from the group's own decisions, or from the request.</summary>
internal sealed class LoadReader(DecisionLog log, TimeProvider time)
{
    private static readonly TimeSpan DefaultSpan = TimeSpan.FromHours(24);

    /// <summary>Reads it.</summary>
    /// <param name="tag">The group.</param>
    /// <param name="spec">What was asked for; null for the last 24 h.</param>
    /// <param name="memory">What the group has learned of the length of its jobs; null when nothing.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Result<PlayedLoad>> ReadAsync(string tag, LoadSpec? spec, LoadMemory? memory, CancellationToken cancellation)
    {
        spec ??= new LoadSpec();
        if (new object?[] { spec.Recorded, spec.Jobs, spec.Csv }.Count(source => source is not null) > 1)
            return Problem.Invalid("load", "has more than one of recorded, jobs and csv. Give one.");
        if (spec.Jobs is not null || spec.Csv is not null)
        {
            return UploadedRows.Read(spec).Then<PlayedLoad>(uploaded => new PlayedLoad
            {
                Source = spec.Jobs is null ? "csv" : "jobs",
                Jobs = uploaded.Jobs,
                Start = uploaded.Start,
                Length = uploaded.Length,
            });
        }

        if (spec.SpreadSeconds is not null || spec.StartsAt is not null)
            return Problem.Invalid(spec.StartsAt is null ? "load.spreadSeconds" : "load.startsAt", "goes with jobs or csv. Leave it out.");
        if (spec.SecondsEach is not (null or (>= 0.001 and <= 604_800)))
            return Problem.Invalid("load.secondsEach", $"is {spec.SecondsEach}. Give a number from 0.001 to 604800.");
        var jobSeconds = spec.SecondsEach ?? Math.Max(0.001, memory?.JobSeconds ?? LoadMemory.UnknownJobSeconds);
        return Span(spec.Recorded ?? new RecordedSpec(), time.GetUtcNow()).Is(out var span, out var problem)
            ? await RecordedAsync(tag, span, TimeSpan.FromSeconds(jobSeconds), cancellation)
            : problem;
    }

    private static Result<RecordSpan> Span(RecordedSpec spec, DateTimeOffset now)
    {
        List<FieldError> errors = [];
        DateTimeOffset? Read(string field, string? text)
        {
            var moment = text is null ? null : Moments.Parse(text);
            if (text is not null && moment is null)
                errors.Add(new($"load.recorded.{field}", $"\"{text}\" is no time. {Moments.Example}"));
            return moment;
        }

        var to = Read("to", spec.To) is { } end && end < now ? end : now;
        var from = Read("from", spec.From) ?? to - DefaultSpan;
        if (from >= to && errors.Count == 0)
            errors.Add(new("load.recorded.from", "is not before the end of the span, or lies in the future."));
        if (to - from > UploadedRows.Longest)
            errors.Add(new("load.recorded.from", $"is more than {UploadedRows.Longest.TotalDays} days before the end. Give a shorter span."));
        return errors.Count > 0 ? Problem.Invalid(errors) : new RecordSpan(from, to);
    }

    private async Task<Result<PlayedLoad>> RecordedAsync(string tag, RecordSpan span, TimeSpan jobLength, CancellationToken cancellation)
    {
        var (samples, ready, hasByHand) = (new List<PressureSample>(), 0, false);
        await foreach (var decision in log.ReadBackAsync(tag, span.To.AddTicks(1), cancellation))
        {
            samples.Add(Sample(decision));
            ready = decision.Pressure.Backends.Count(backend => backend.State == BackendState.Ready);
            hasByHand |= decision.Pressure.Backends.Any(backend => !backend.IsManaged);
            // The last one before the span holds at its beginning.
            if (decision.At <= span.From)
                break;
        }

        samples.Reverse();
        if (samples.Count == 0)
            return Problem.Invalid("load.recorded", $"covers no decision of the group \"{tag}\" from before {span.To:u}. Decisions are kept for 7 days. Choose another span, or upload a load.");
        if (LoadRecovery.Find(samples, span.From, span.To, jobLength, UploadedRows.MostJobs) is not { } load)
            return BacktestRunner.TooLong($"The group had more than {UploadedRows.MostJobs} jobs in that time.");
        return new PlayedLoad
        {
            Source = "recorded",
            Jobs = load.Jobs,
            Start = load.From,
            Length = load.To - load.From,
            Record = View(load, span),
            ReadyAtStart = ready,
            HasByHand = hasByHand,
        };
    }

    private static PressureSample Sample(Decision decision) =>
        new(decision.At, decision.Pressure.Running, decision.Pressure.Queued, decision.Pressure.Finished);

    private static RecordView View(RecordedLoad load, RecordSpan span) => new(
        span.From,
        span.To,
        Math.Round((load.To - load.From).TotalSeconds, 3),
        Math.Round((load.To - load.From) / (span.To - span.From), 4),
        load.Records,
        Math.Round(load.LongestGap.TotalSeconds, 3),
        load.NeverRan,
        Math.Round(load.UncountedShare, 4));

    private sealed record RecordSpan(DateTimeOffset From, DateTimeOffset To);
}
