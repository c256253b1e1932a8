using System.Globalization;

namespace ControlPlane.Core.Backtest;

/// <summary>
/// Plays a workload against a contender. In each step: boots end, jobs end, new ones arrive, the waiting ones start in
/// order on the instance with the fewest, the contender looks, and all that exists is billed.
/// </summary>
public sealed class Simulator
{
    private readonly Workload _workload;
    private readonly Setting _setting;
    private readonly IContender _contender;
    private readonly Outcome _outcome;
    private readonly List<SimInstance> _instances = [];
    private readonly Queue<int> _again = new();
    private readonly bool[] _started;
    private int _named, _arrived, _next;
    private long _finished;

    private Simulator(Workload workload, Setting setting, IContender contender)
    {
        (_workload, _setting, _contender) = (workload, setting, contender);
        _outcome = new(contender.Name, workload.Steps);
        _started = new bool[workload.Jobs.Count];
    }

    /// <summary>Plays it from a number of serving instances.</summary>
    /// <exception cref="OperationCanceledException">It was given up between two steps.</exception>
    public static Outcome Play(Workload workload, Setting setting, IContender contender, int initial, CancellationToken cancellation = default)
    {
        var game = new Simulator(workload, setting, contender);
        for (var count = 0; count < initial; count++)
            game.Order(-setting.Boot - 1);
        for (var step = 0; step < workload.Steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            game.Pass(step);
        }

        game.CountNeverStarted();
        return game._outcome;
    }

    private int Queued => _arrived - _next + _again.Count;

    private void Pass(int step)
    {
        EndJobs(step);
        while (_arrived < _workload.Jobs.Count && _workload.Jobs[_arrived].Arrival <= step)
            _arrived++;
        Dispatch(step);
        _outcome.Ready[step] = _instances.Count(instance => instance.Serves(step));
        _outcome.Paid[step] = _instances.Count;
        _outcome.BilledSteps += _instances.Count;
        _outcome.BootingSteps += _instances.Count(instance => instance.ReadyAt > step);
        _outcome.LeavingSteps += _instances.Count(instance => instance.LeavingSince is not null);
        Obey(step, _contender.Look(Scene(step)));
    }

    private void EndJobs(int step)
    {
        foreach (var instance in _instances)
        {
            _finished += instance.EndJobs(step);
            if (instance.CutOffAt <= step)
                Kill(instance);
            if (instance.LeavingSince is not null && instance.Running.Count == 0)
                instance.DryAt ??= Math.Max(step, instance.LeavingSince.Value + 1);
        }

        _instances.RemoveAll(instance => instance.DryAt + _setting.Teardown <= step);
    }

    private void Kill(SimInstance instance)
    {
        foreach (var job in instance.Cut())
        {
            _outcome.Killed++;
            _again.Enqueue(job.Index);
        }
    }

    private void Dispatch(int step)
    {
        var free = new PriorityQueue<SimInstance, (int Running, int Order)>();
        foreach (var instance in _instances.Where(instance => instance.Serves(step) && instance.Running.Count < _setting.Slots))
            free.Enqueue(instance, (instance.Running.Count, instance.OrderedAt));
        while (Queued > 0 && free.TryDequeue(out var instance, out _))
        {
            var job = _again.TryDequeue(out var again) ? again : _next++;
            instance.Begin(job, step, step + _workload.Jobs[job].Length);
            if (!_started[job])
                CountStart(step - _workload.Jobs[job].Arrival);
            _started[job] = true;
            if (instance.Running.Count < _setting.Slots)
                free.Enqueue(instance, (instance.Running.Count, instance.OrderedAt));
        }
    }

    private void CountStart(int waited)
    {
        _outcome.LongestWait = Math.Max(_outcome.LongestWait, waited);
        if (waited > _setting.Slo)
            _outcome.Late++;
    }

    private void CountNeverStarted()
    {
        for (var job = 0; job < _started.Length; job++)
        {
            if (_started[job])
                continue;
            _outcome.NeverStarted++;
            _outcome.Late++;
            _outcome.LongestWait = Math.Max(_outcome.LongestWait, _workload.Steps - _workload.Jobs[job].Arrival);
        }
    }

    private Scene Scene(int step) => new(
        step, _setting, _instances, Queued, _next < _arrived ? step - _workload.Jobs[_next].Arrival : 0, _arrived, _finished);

    private void Obey(int step, Orders orders)
    {
        if (orders.Start > 0 || orders.Retire.Count > 0 || orders.CallBack.Count > 0)
            _outcome.Actions++;
        foreach (var instance in _instances.Where(instance => instance.IsDraining && orders.CallBack.Contains(instance.Name)))
            (instance.LeavingSince, instance.CutOffAt) = (null, int.MaxValue);
        foreach (var instance in _instances.Where(instance => instance.LeavingSince is null && orders.Retire.Contains(instance.Name)))
            (instance.LeavingSince, instance.CutOffAt) = (step, step + 1 + _contender.Grace);
        for (var count = 0; count < orders.Start; count++)
            Order(step);
    }

    private void Order(int step)
    {
        var readyAt = step < 0 || _contender.RoutesToNew ? step + 1 + _setting.Boot : int.MaxValue;
        _instances.Add(new(string.Create(CultureInfo.InvariantCulture, $"sim-{++_named:00000}"), step, readyAt));
    }
}
