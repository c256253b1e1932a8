using ControlPlane.Core.Backtest;

namespace ControlPlane.Bench.Autoscaling.Optimum;

/// <summary>
/// The cheapest way to start every job in time for one who knows the future. A dynamic programme over the instances
/// that serve and the work that waits; every instance added costs its boot, every one taken away its teardown, and each
/// one a step while it serves. Exact for jobs of one step. For longer jobs it lets work be divided, so that it is at
/// most the optimum of whole jobs: what is measured against it is never flattered.
/// </summary>
/// <remarks>
/// The programme with a bound on the instances is a linear one whose matrix is totally unimodular (sums over intervals of
/// steps), so an optimum that stays below the bound is one without it; otherwise the bound is raised and it is solved again.
/// </remarks>
public sealed class OfflineOptimum
{
    private readonly WorkTube _tube;
    private readonly Setting _setting;
    private readonly int _steps;

    private OfflineOptimum(Workload workload, Setting setting)
    {
        _tube = WorkTube.Of(workload, setting.Slo);
        _setting = setting;
        _steps = workload.Steps;
    }

    /// <summary>Solves it. The instances that serve at first are given, as they are to every contender.</summary>
    public static Schedule Solve(Workload workload, Setting setting, int initial)
    {
        var problem = new OfflineOptimum(workload, setting);
        for (var bound = Math.Max(initial, problem.Constant()) + 1; ; bound += bound)
        {
            var schedule = problem.Solve(initial, bound);
            if (schedule.Ready.Max() < bound)
                return schedule;
        }
    }

    /// <summary>The fewest instances that suffice if their number never changes.</summary>
    private int Constant()
    {
        for (var count = Math.Max(1, _setting.Min); ; count++)
        {
            var (waiting, step) = (0, 0);
            for (; step < _steps && waiting <= (step == 0 ? 0 : _tube.Slack(step - 1)); step++)
                waiting = Math.Max(0, waiting + _tube.Gain(step) - (count * _setting.Slots));
            if (step == _steps && waiting <= _tube.Slack(step - 1))
                return count;
        }
    }

    private Schedule Solve(int initial, int bound)
    {
        var widest = Enumerable.Range(0, _steps).Max(_tube.Slack) + 1;
        var segment = (int)Math.Ceiling(Math.Sqrt(_steps));
        var layer = Layer.Start(bound, widest, initial);
        var kept = new List<Layer>();
        for (var step = 0; step < _steps; step++)
        {
            if (step % segment == 0)
                kept.Add(layer.Copy());
            Advance(layer, step);
        }

        var (ready, waiting) = layer.Cheapest();
        long billed = layer[ready, waiting];
        var counts = new int[_steps];
        for (var part = kept.Count - 1; part >= 0; part--)
        {
            var layers = Replay(kept[part], part * segment, Math.Min(_steps, (part + 1) * segment));
            for (var index = layers.Count - 1; index > 0; index--)
            {
                var step = (part * segment) + index - 1;
                counts[step] = ready;
                (ready, waiting) = Before(layers[index - 1], layers[index], step, ready, waiting);
            }
        }

        return new Schedule(counts, billed);
    }

    private void Advance(Layer layer, int step)
    {
        layer.Change(_setting.Boot, _setting.Teardown, _setting.Min);
        layer.Serve(_tube.Gain(step), _setting.Slots, _tube.Slack(step));
    }

    /// <summary>All layers of a stretch, the one before its first step included.</summary>
    private List<Layer> Replay(Layer first, int from, int to)
    {
        var layers = new List<Layer> { first };
        for (var step = from; step < to; step++)
        {
            var next = layers[^1].Copy();
            Advance(next, step);
            layers.Add(next);
        }

        return layers;
    }

    /// <summary>A state from which the cheapest way into this one leads.</summary>
    private (int Ready, int Waiting) Before(Layer before, Layer after, int step, int ready, int waiting)
    {
        var served = (ready * _setting.Slots) - _tube.Gain(step);
        var (low, high) = waiting > 0 ? (waiting + served, waiting + served) : (0, Math.Min(served, before.Width - 1));
        for (var earlier = low; earlier <= high; earlier++)
        {
            for (var count = 0; count <= before.Bound; count++)
            {
                var change = count < ready ? (ready - count) * _setting.Boot : (count - ready) * _setting.Teardown;
                if (before[count, earlier] + change + ready == after[ready, waiting])
                    return (count, earlier);
            }
        }

        throw new InvalidOperationException($"No way leads to {ready} instances and {waiting} waiting in step {step}.");
    }
}
