using ControlPlane.Core.Instances;
using ControlPlane.Core.Scaling;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Orchestrations;
using ControlPlane.Functions.Pools;
using ControlPlane.Functions.Registry;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Activities;

/// <summary>
/// One look at a group: decide, store the decision with the rows of what it orders, and only then start to carry it
/// out. Called again after a crash, it finds the decision that it stored and carries that one out.
/// </summary>
internal sealed class EvaluateGroup(Registry<Monitor> monitors, GroupStore groups, GroupReader reader, InstanceWork work, SlotRecall recall)
{
    /// <summary>Transactions hold at most 100 changes; more instances than this are ordered by the next looks.</summary>
    public const int MaxSteps = 40;

    public async Task<WatchResult> RunAsync(WatchInput input, CancellationToken cancellation)
    {
        if ((await monitors.FindAsync(input.Monitor, cancellation))?.Value is not { } monitor || monitor.Tag != input.Tag)
            return new WatchResult(0, TimeSpan.Zero, IsOver: true);

        var decision = input.Look is { } look ? await groups.FindDecisionAsync(input.Tag, look, cancellation) : null;
        decision ??= await DecideAsync(monitor, cancellation);
        await CarryOutAsync(decision, cancellation);
        await recall.RunAsync(monitor, decision, cancellation);

        var isOver = monitor.IsRemoving && (await groups.ListInstancesAsync(input.Tag, cancellation)).Count == 0;
        if (isOver)
            await monitors.RemoveAsync(monitor.Name, cancellation: cancellation);
        return new WatchResult(decision.Sequence, decision.NextLook - decision.At, isOver);
    }

    private async Task<Decision> DecideAsync(Monitor monitor, CancellationToken cancellation)
    {
        while (true)
        {
            var (state, etag) = await groups.ReadStateAsync(monitor.Tag, cancellation);
            var view = await reader.ReadAsync(monitor, state, cancellation);
            var (decision, next) = Planner.Decide(view, AllocateStrategies.Find(monitor.Strategy)!);
            var ordered = decision.Start.Select(name => Order(monitor, name, view.Now));
            var leaving = decision.Retire.Take(MaxSteps).ToHashSet(StringComparer.Ordinal);
            var changed = view.Instances
                .Where(instance => leaving.Contains(instance.Name))
                .Select(instance => instance with
                {
                    Phase = InstancePhase.Retiring,
                    LeaveReason = decision.Reason,
                    IsBroken = view.Broken.ContainsKey(instance.Name),
                    DrainDeadline = monitor.DrainDeadline,
                });
            if (await groups.CommitAsync(decision, next, etag, ordered, changed, cancellation))
                return decision;
        }
    }

    private static Instance Order(Monitor monitor, string name, DateTimeOffset now) => new()
    {
        Name = name,
        Monitor = monitor.Name,
        Tag = monitor.Tag,
        Provider = monitor.Provider,
        Pool = monitor.Pool,
        Profile = monitor.Profile,
        OrderedAt = now,
    };

    private async Task CarryOutAsync(Decision decision, CancellationToken cancellation)
    {
        foreach (var name in decision.Reclaim)
            await work.CallBackAsync(name, cancellation);
        foreach (var name in decision.Start)
            await work.ProvisionAsync(decision.Tag, name, cancellation);
        foreach (var name in decision.Retire)
            await work.RetireAsync(decision.Tag, name, cancellation);
    }
}
