namespace ControlPlane.Core.Backtest;

/// <summary>A scaler that plays. One object plays one workload.</summary>
public interface IContender
{
    /// <summary>Its name in tables.</summary>
    string Name { get; }

    /// <summary>Steps that a leaving instance may finish its jobs; after them they are killed.</summary>
    int Grace { get; }

    /// <summary>Whether its router sends work to what it has added.</summary>
    bool RoutesToNew => true;

    /// <summary>Looks at the group, once a step.</summary>
    Orders Look(Scene scene);
}

/// <summary>What a scaler wants done.</summary>
/// <param name="Start">Instances to order.</param>
/// <param name="Retire">Names of those that shall leave.</param>
/// <param name="CallBack">Names of draining ones that shall stay.</param>
public sealed record Orders(int Start, IReadOnlyList<string> Retire, IReadOnlyList<string> CallBack)
{
    /// <summary>Nothing.</summary>
    public static readonly Orders None = new(0, [], []);

    /// <summary>Brings the group to a count; those that boot count, and the victims are chosen in the order given.</summary>
    public static Orders To(int count, Scene scene, Func<IEnumerable<SimInstance>, IEnumerable<SimInstance>> victims)
    {
        var wanted = Math.Clamp(count, scene.Setting.Min, scene.Setting.Max);
        var there = scene.Instances.Where(instance => instance.LeavingSince is null).ToList();
        return wanted >= there.Count
            ? new(wanted - there.Count, [], [])
            : new(0, [.. victims(there).Take(there.Count - wanted).Select(instance => instance.Name)], []);
    }
}

/// <summary>What a scaler sees: the state at the end of a step.</summary>
/// <param name="Step">The step.</param>
/// <param name="Setting">The world.</param>
/// <param name="Instances">All instances that are paid for.</param>
/// <param name="Queued">Jobs that wait.</param>
/// <param name="OldestWait">Steps that the first of them has waited.</param>
/// <param name="Arrived">Jobs that have ever arrived.</param>
/// <param name="Finished">Jobs that have ever ended.</param>
public sealed record Scene(
    int Step, Setting Setting, IReadOnlyList<SimInstance> Instances, int Queued, int OldestWait, long Arrived, long Finished)
{
    /// <summary>Instances that take work.</summary>
    public IEnumerable<SimInstance> Serving => Instances.Where(instance => instance.Serves(Step));

    /// <summary>Jobs that run on them.</summary>
    public int Busy => Serving.Sum(instance => instance.Running.Count);
}
