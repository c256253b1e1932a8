using System.Text.Json;
using ControlPlane.Core.Backtest;
using ControlPlane.Core.Problems;
using ControlPlane.Core.Scaling;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Profiles;
using ControlPlane.Functions.Registry;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Backtests;

/// <summary>Plays a load against a monitor's policy as it is, and as it would be with changes. Changes nothing.</summary>
internal sealed class Backtester(GroupStore groups, LoadReader loads, MonitorRules rules, ProfileSet profiles)
{
    private const int DefaultActions = 20;

    /// <summary>Plays it.</summary>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public async Task<Result<BacktestAnswer>> RunAsync(Monitor current, BacktestSpec spec, CancellationToken cancellation)
    {
        if (PlayRules.Check(spec) is { } outOfRange)
            return outOfRange;
        Monitor? changed = null;
        Problem? problem;
        if (spec.Monitor is { ValueKind: not JsonValueKind.Null } patch
            && !(await MonitorPatch.ApplyAsync(current, patch, rules, cancellation)).Is(out changed, out problem))
            return problem;
        var (state, _) = await groups.ReadStateAsync(current.Tag, cancellation);
        if (!(await loads.ReadAsync(current.Tag, spec.Load, state.Memory?.Load, cancellation)).Is(out var load, out problem))
            return problem;

        var assumptions = PlayRules.Fill(spec, current, changed, load, await FactsAsync(current, state, cancellation));
        var setting = PlayRules.ToSetting(assumptions);
        var workload = new Workload
        {
            Name = current.Name,
            Jobs = WholeSteps.Of(load.Jobs, setting.Step),
            // One service level and one boot more, so that the last jobs can still start, in time or not.
            Steps = StepLength.Steps(load.Length, setting.Step) + setting.Slo + setting.Boot + 1,
            Start = load.Start,
        };
        PolicyPlay Play(Monitor monitor) => PolicyPlay.Run(monitor, workload, setting, assumptions.StartWith, spec.Actions ?? DefaultActions, cancellation);
        return BacktestReport.Of(load, workload, assumptions, Play(current), changed is null ? null : Play(changed));
    }

    private async Task<GroupFacts> FactsAsync(Monitor monitor, GroupState state, CancellationToken cancellation)
    {
        var last = await groups.FindDecisionAsync(monitor.Tag, state.Sequence, cancellation);
        var slots = last?.Pressure.Backends.Select(backend => (double)Math.Max(1, backend.MaxJobs)).DefaultIfEmpty().Average() ?? 0;
        var boots = state.Memory?.Boots;
        return new GroupFacts(
            boots is { Seconds.Count: > 0 } ? boots.P50.TotalSeconds : null,
            slots >= 1 ? (int)Math.Round(slots) : profiles.Find(monitor.Profile)?.MaxJobs ?? 1);
    }
}
