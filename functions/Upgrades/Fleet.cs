using ControlPlane.Core.Backends;
using ControlPlane.Core.Groups;
using ControlPlane.Core.Instances;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Orchestrations;
using ControlPlane.Functions.Registry;

namespace ControlPlane.Functions.Upgrades;

/// <summary>The instances of one side. They are ordered and retired as a monitor's are, and take slots and budget as those do.</summary>
internal sealed class Fleet(GroupStore groups, InstanceWork work, RegistryFeed feed, BrokenInstances broken, TimeProvider time)
{
    /// <summary>Orders the first so many instances of a side; those that were ordered before are left as they are.</summary>
    /// <param name="scene">The upgrade.</param>
    /// <param name="side">The side.</param>
    /// <param name="count">How many it is to have in all.</param>
    /// <param name="isMigrator">Whether they change the schema.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task OrderAsync(Scene scene, Side side, int count, bool isMigrator, CancellationToken cancellation) =>
        OrderAsync(scene, side, 1..(count + 1), isMigrator, cancellation);

    /// <summary>Orders the instances of a side with these numbers, which count from 1; those that were ordered before are left as they are.</summary>
    public async Task OrderAsync(Scene scene, Side side, Range numbers, bool isMigrator, CancellationToken cancellation)
    {
        for (var number = numbers.Start.Value; number < numbers.End.Value; number++)
            await OrderAsync(scene, side, NameOf(scene, side, number), isMigrator, cancellation);
    }

    /// <summary>Orders one instance, unless it is there.</summary>
    public async Task OrderAsync(Scene scene, Side side, string name, bool isMigrator, CancellationToken cancellation)
    {
        await groups.AddInstanceAsync(Order(scene, side, name, isMigrator), cancellation);
        if (await groups.FindInstanceAsync(scene.Monitor.Tag, name, cancellation) is { Value.Phase: InstancePhase.Starting })
            await work.ProvisionAsync(scene.Monitor.Tag, name, cancellation);
    }

    /// <summary>The instances of a side, in every phase.</summary>
    public async Task<IReadOnlyList<Instance>> ListAsync(Scene scene, Side side, CancellationToken cancellation) =>
        [.. (await groups.ListInstancesAsync(scene.Monitor.Tag, cancellation)).Where(instance => instance.Epoch == side.Epoch)];

    /// <summary>How many of a side are registered and have passed their checks.</summary>
    public async Task<int> CountReadyAsync(Scene scene, Side side, CancellationToken cancellation)
    {
        await feed.RefreshAsync(cancellation);
        return feed.Current.Backends.Count(backend =>
            backend.Monitor == scene.Monitor.Name && backend.Epoch == side.Epoch && backend.State == BackendState.Ready);
    }

    /// <summary>Whether the instance of a side with this number is there, and whether it has passed its checks.</summary>
    public async Task<(bool IsThere, bool IsReady)> FindAsync(Scene scene, Side side, int number, CancellationToken cancellation)
    {
        await feed.RefreshAsync(cancellation);
        var name = NameOf(scene, side, number);
        var isReady = feed.Current.Backends.Any(backend => backend.Name == name && backend.State == BackendState.Ready);
        return (isReady || await groups.FindInstanceAsync(scene.Monitor.Tag, name, cancellation) is not null, isReady);
    }

    /// <summary>Which instance of a side has died, and how, in words; null when none has.</summary>
    public async Task<string?> FindBrokenAsync(Scene scene, Side side, CancellationToken cancellation)
    {
        var instances = await ListAsync(scene, side, cancellation);
        // Another process may have registered them a moment ago.
        await feed.RefreshAsync(cancellation);
        var found = await broken.FindAsync(instances, cancellation);
        return found.Count == 0 ? null : string.Join("; ", found.Select(one => $"{one.Key}: {one.Value}"));
    }

    /// <summary>Why the last start of the group failed; null when it did not.</summary>
    public async Task<string?> FindFailureAsync(Scene scene, CancellationToken cancellation) =>
        (await groups.ReadStateAsync(scene.Monitor.Tag, cancellation)).State.FailureReason;

    /// <summary>Sends all instances of a side away, and says how many are still there.</summary>
    /// <param name="scene">The upgrade.</param>
    /// <param name="side">The side.</param>
    /// <param name="reason">Why, in words.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="drain">How long what runs on them may take to end; the group's own time when null.</param>
    public async Task<int> RetireAsync(Scene scene, Side side, string reason, CancellationToken cancellation, TimeSpan? drain = null)
    {
        var instances = await ListAsync(scene, side, cancellation);
        foreach (var instance in instances)
            await RetireAsync(scene, instance, reason, cancellation, drain);
        return instances.Count;
    }

    /// <summary>Sends one instance away.</summary>
    public async Task RetireAsync(Scene scene, Instance instance, string reason, CancellationToken cancellation, TimeSpan? drain = null)
    {
        await groups.ChangeInstanceAsync(instance.Tag, instance.Name, row => Leave(row, reason, drain ?? scene.Monitor.DrainDeadline), cancellation);
        await work.RetireAsync(instance.Tag, instance.Name, cancellation);
    }

    private static string NameOf(Scene scene, Side side, int number) => $"{scene.Monitor.Tag}-e{side.Epoch}-{number}";

    /// <summary>One that is still being made ends by itself: its next step finds that it is not wanted any more.</summary>
    private static Instance Leave(Instance row, string reason, TimeSpan drain) => row.Phase == InstancePhase.Retiring ? row : row with
    {
        Phase = InstancePhase.Retiring,
        LeaveReason = reason,
        // Not called back when load comes: its side does not serve.
        IsCallBackRefused = true,
        DrainDeadline = drain,
    };

    private Instance Order(Scene scene, Side side, string name, bool isMigrator) => new()
    {
        Name = name,
        Monitor = scene.Monitor.Name,
        Tag = scene.Monitor.Tag,
        Provider = scene.Monitor.Provider,
        Pool = scene.Monitor.Pool,
        Profile = side.Profile ?? scene.Monitor.Profile,
        Version = side.Version,
        Epoch = side.Epoch,
        Database = side.Database,
        IsMigrator = isMigrator,
        OrderedAt = time.GetUtcNow(),
    };
}
