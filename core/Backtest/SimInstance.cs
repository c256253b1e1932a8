namespace ControlPlane.Core.Backtest;

/// <summary>One instance on its way from order to end.</summary>
public sealed class SimInstance(string name, int orderedAt, int readyAt)
{
    private readonly List<RunningJob> _running = [];

    /// <summary>Its name; later ones sort later.</summary>
    public string Name { get; } = name;

    /// <summary>The step in which it was ordered.</summary>
    public int OrderedAt { get; } = orderedAt;

    /// <summary>The first step in which it serves.</summary>
    public int ReadyAt { get; } = readyAt;

    /// <summary>The step in which it was told to leave; null while it was not.</summary>
    public int? LeavingSince { get; internal set; }

    /// <summary>The step in which its last jobs are cut off when it leaves.</summary>
    public int CutOffAt { get; internal set; } = int.MaxValue;

    /// <summary>The step in which it has run dry and is being taken down; null before.</summary>
    internal int? DryAt { get; set; }

    /// <summary>What it runs.</summary>
    public IReadOnlyList<RunningJob> Running => _running;

    /// <summary>Whether it takes work in a step.</summary>
    public bool Serves(int step) => LeavingSince is null && ReadyAt <= step;

    /// <summary>Whether it drains and could be called back.</summary>
    public bool IsDraining => LeavingSince is not null && DryAt is null;

    internal void Begin(int job, int step, int ends) => _running.Add(new(job, step, ends));

    internal int EndJobs(int step) => _running.RemoveAll(job => job.Ends <= step);

    internal IReadOnlyList<RunningJob> Cut()
    {
        RunningJob[] cut = [.. _running];
        _running.Clear();
        return cut;
    }
}

/// <summary>A job that runs.</summary>
/// <param name="Index">Which of the workload's jobs.</param>
/// <param name="Began">The step in which it started.</param>
/// <param name="Ends">The first step in which it runs no more.</param>
public readonly record struct RunningJob(int Index, int Began, int Ends);
