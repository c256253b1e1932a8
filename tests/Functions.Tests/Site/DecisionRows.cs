using System.Text.Json;
using ControlPlane.Core.Backends;
using ControlPlane.Core.Scaling;
using ControlPlane.Core.Storage;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Http;

namespace ControlPlane.Functions.Tests.Site;

/// <summary>Writes decisions of earlier days, as if they had been made.</summary>
internal static class DecisionRows
{
    /// <summary>A decision that changes nothing. A moment for which it is changed comes with each.</summary>
    public static Decision Of(string tag, long sequence, DateTimeOffset at) => new()
    {
        Id = $"{tag}/{sequence}",
        Monitor = "m-" + tag,
        Tag = tag,
        Sequence = sequence,
        At = at,
        Action = ScalingAction.None,
        Reason = "Stay at 1: one is enough.",
        Rule = "hold",
        Current = 1,
        Proposed = 1,
        Clamps = [],
        Desired = 1,
        Min = 1,
        Max = 9,
        Strategy = "SloSlack",
        Pressure = new Pressure { At = at, Backends = [] },
        Samples = "",
        NextLook = at.AddSeconds(5),
    };

    /// <summary>The group was asked for so much, by one backend that takes so many jobs.</summary>
    public static Decision Loaded(this Decision decision, int running, int queued, long? finished, int maxJobs = 2) => decision with
    {
        Pressure = decision.Pressure with
        {
            Queued = queued,
            Finished = finished,
            Backends = [new() { Name = "x-1", State = BackendState.Ready, IsManaged = true, InFlight = running, MaxJobs = maxJobs }],
        },
    };

    /// <summary>Stores them all, of one group, and that the group remembers the last.</summary>
    public static async Task AddDecisionsAsync(this TestHost host, IReadOnlyList<Decision> decisions)
    {
        var store = host.Get<IEntityStore>();
        var tag = decisions[0].Tag;
        var rows = decisions.Select(decision => new EntityChange.Upsert(
            GroupStore.DecisionRow(decision.Sequence), JsonSerializer.Serialize(decision, ControlPlaneJson.Default.Decision)));
        foreach (var some in rows.Chunk(IEntityStore.MaxChanges))
            Assert.IsType<CommitResult.Committed>(await store.CommitAsync(GroupStore.Table, tag, some));
        await host.Get<GroupStore>().ChangeStateAsync(tag, state => state with { Sequence = decisions[^1].Sequence }, default);
    }
}
