using ControlPlane.Core.Backtest;

namespace ControlPlane.Bench.Autoscaling.Rivals;

/// <summary>
/// The seed's JobNumAwareAllocate as it really behaves. Busy means "has ever served since the list of backends was last
/// read": so after its first job an instance is busy for ever. It looks every 10 s; 31 looks that find all busy add
/// one. What it adds is not in the list until that is read again, which nothing does while requests find a backend: it
/// gets no work, the count that is compared with the maximum does not rise, and more are added until the pool is empty.
/// What it has added it can never take away.
/// </summary>
internal sealed class SeedRule : IContender
{
    private const int LooksPerStep = 3, FirstDecision = 31;

    private readonly HashSet<string> _everUsed = new(StringComparer.Ordinal);
    private readonly List<bool> _looks = [];
    private IReadOnlyList<string>? _list;

    /// <inheritdoc/>
    public string Name => "Seed";

    /// <inheritdoc/>
    public int Grace => 0;

    /// <inheritdoc/>
    public bool RoutesToNew => false;

    /// <inheritdoc/>
    public Orders Look(Scene scene)
    {
        _list ??= [.. scene.Serving.Select(instance => instance.Name)];
        _everUsed.UnionWith(scene.Instances.Where(instance => instance.Running.Count > 0).Select(instance => instance.Name));
        var start = 0;
        for (var look = 0; look < LooksPerStep; look++)
        {
            _looks.Add(_list.All(_everUsed.Contains));
            if (_looks.Count < FirstDecision)
                continue;
            _looks.RemoveAt(0);
            if (!_looks.TrueForAll(isBusy => isBusy))
                continue;
            _looks.Clear();
            start++;
        }

        return new Orders(Math.Min(start, scene.Setting.Max - scene.Instances.Count), [], []);
    }
}
