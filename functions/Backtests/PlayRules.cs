using ControlPlane.Core.Backtest;
using ControlPlane.Core.Problems;
using ControlPlane.Core.Scaling.Policies;
using ControlPlane.Core.Scaling.Strategies;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Backtests;

/// <summary>What a play rests on: what the request says, or else what is known of the group.</summary>
internal static class PlayRules
{
    private const double DefaultBootSeconds = 60, DefaultTeardownSeconds = 60;

    private const int MostInstances = 1000, MostSlots = 100_000, MostActions = 500;

    /// <summary>Everything that is out of its range.</summary>
    public static Problem? Check(BacktestSpec spec)
    {
        var errors = new List<FieldError>();
        Within("bootSeconds", spec.BootSeconds, 0, 86_400);
        Within("teardownSeconds", spec.TeardownSeconds, 0, 86_400);
        Within("sloSeconds", spec.SloSeconds, 0, 86_400);
        Within("stepSeconds", spec.StepSeconds, StepLength.Shortest.TotalSeconds, StepLength.Longest.TotalSeconds);
        Within("slotsPerInstance", spec.SlotsPerInstance, 1, MostSlots);
        Within("startWith", spec.StartWith, 0, MostInstances);
        Within("actions", spec.Actions, 0, MostActions);
        return errors.Count > 0 ? Problem.Invalid(errors) : null;

        void Within(string field, double? value, double least, double most)
        {
            if (value < least || value > most)
                errors.Add(new(field, $"is {value}. Give a number from {least} to {most}."));
        }
    }

    /// <summary>Fills in what the request leaves out.</summary>
    public static Assumptions Fill(BacktestSpec spec, Monitor current, Monitor? changed, PlayedLoad load, GroupFacts facts) => new(
        spec.StepSeconds ?? StepLength.For(current.Period, changed?.Period ?? current.Period).TotalSeconds,
        spec.BootSeconds ?? facts.BootSeconds ?? DefaultBootSeconds,
        spec.TeardownSeconds ?? DefaultTeardownSeconds,
        spec.SloSeconds ?? (current.Policy ?? ScalingPolicy.None).TargetOf(SignalKind.QueueWait, SloSlack.DefaultSloSeconds),
        spec.SlotsPerInstance ?? facts.SlotsPerInstance,
        spec.StartWith ?? load.ReadyAtStart ?? current.Min);

    /// <summary>The same in steps.</summary>
    public static Setting ToSetting(Assumptions assumptions)
    {
        var step = TimeSpan.FromSeconds(assumptions.StepSeconds);
        int Steps(double seconds) => StepLength.Steps(TimeSpan.FromSeconds(seconds), step);
        return new Setting
        {
            Step = step,
            Boot = Steps(assumptions.BootSeconds),
            Teardown = Steps(assumptions.TeardownSeconds),
            Slo = Steps(assumptions.SloSeconds),
            Slots = assumptions.SlotsPerInstance,
        };
    }
}

/// <summary>What the group has shown so far.</summary>
/// <param name="BootSeconds">What half of its boots took at most; null before the first.</param>
/// <param name="SlotsPerInstance">Jobs that a backend of it runs at once.</param>
internal sealed record GroupFacts(double? BootSeconds, int SlotsPerInstance);
