using ControlPlane.Core.Problems;
using ControlPlane.Core.Scaling.Policies;

namespace ControlPlane.Core.Monitors;

/// <summary>A <see cref="Signal"/> as users write it, before any check.</summary>
public sealed record SignalSpec
{
    /// <summary>See <see cref="Signal.Name"/>; required, 1 to 64 characters.</summary>
    public string? Name { get; init; }

    /// <summary>The name of a <see cref="SignalKind"/>; required.</summary>
    public string? Kind { get; init; }

    /// <summary>See <see cref="Signal.Target"/>; required, over 0, at most 1 for a share and 86400 for seconds.</summary>
    public double? Target { get; init; }

    /// <summary>See <see cref="Signal.High"/>; the target when left out.</summary>
    public double? High { get; init; }

    /// <summary>See <see cref="Signal.Low"/>; half the target when left out. Under the upper bound.</summary>
    public double? Low { get; init; }

    /// <summary>See <see cref="Signal.StaleAfter"/>, in seconds, 1 to 3600; 60 when left out.</summary>
    public double? StaleAfterSeconds { get; init; }

    /// <summary>See <see cref="Signal.Url"/>; required for what is asked outside, and for nothing else.</summary>
    public string? Url { get; init; }

    /// <summary>See <see cref="Signal.Query"/>; required for what is asked outside, and for nothing else.</summary>
    public string? Query { get; init; }

    /// <summary>How a user would write this signal.</summary>
    public static SignalSpec From(Signal signal) => new()
    {
        Name = signal.Name,
        Kind = signal.Kind.ToString(),
        Target = signal.Target,
        High = signal.High,
        Low = signal.Low,
        StaleAfterSeconds = signal.StaleAfter.TotalSeconds,
        Url = signal.Url,
        Query = signal.Query,
    };

    internal Signal Validate(FieldChecks at)
    {
        var name = at.Text("name", Name, PolicySpec.MaxName, "a name for decisions, such as cpu");
        var kind = at.OneOf("kind", Kind, Enum.GetValues<SignalKind>());
        CheckBounds(at, kind);
        if (kind is { } known)
            QueryRules.Check(at, known, Url, Query);
        return new Signal
        {
            Name = name,
            Kind = kind ?? default,
            Target = Target ?? 0,
            High = High,
            Low = Low,
            StaleAfter = at.Seconds("staleAfterSeconds", StaleAfterSeconds, 1, 3600) ?? Signal.DefaultStaleAfter,
            Url = Url,
            Query = Query,
        };
    }

    private void CheckBounds(FieldChecks at, SignalKind? kind)
    {
        var most = kind switch
        {
            SignalKind.Cpu or SignalKind.Memory => 1,
            SignalKind.QueueWait => 86_400,
            SignalKind.JobsPerInstance => 100_000,
            _ => double.MaxValue,
        };
        var range = most < double.MaxValue ? $"a number over 0, at most {most}" : "a number over 0";
        if (Target is null)
            at.Refuse("target", $"is missing. Give {range}.");
        else if (!(Target > 0 && Target <= most))
            at.Refuse("target", $"is {Target}. Give {range}.");
        if (High is { } high && !(high > 0 && high <= most))
            at.Refuse("high", $"is {high}. Give {range}.");
        if (Low is { } low && !(low >= 0 && low < (High ?? Target ?? double.PositiveInfinity)))
            at.Refuse("low", $"is {low}. Give a number from 0 that is under {(High is null ? "target" : "high")}; between the two, nothing changes.");
        else if (Low is null && High > 0 && Target / 2 >= High)
            at.Refuse("low", $"is missing. It would be half the target, {Target / 2}, which is not under high. Give one that is.");
    }
}
