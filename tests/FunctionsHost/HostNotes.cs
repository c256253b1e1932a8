namespace ControlPlane.FunctionsHost;

/// <summary>What tests want to know besides answers: logs of functions, and whatever a handler did that only does harm.</summary>
public sealed class HostNotes
{
    private readonly Lock _gate = new();
    private readonly List<string> _logs = [];
    private readonly List<string> _complaints = [];

    /// <summary>Lines that functions want logged, each after its function's name.</summary>
    public IReadOnlyList<string> Logs
    {
        get
        {
            lock (_gate)
                return [.. _logs];
        }
    }

    /// <summary>Answers that make the real host hang, fail for good or repeat itself without end. A good handler causes none.</summary>
    public IReadOnlyList<string> Complaints
    {
        get
        {
            lock (_gate)
                return [.. _complaints];
        }
    }

    internal void Log(string function, IEnumerable<string> lines)
    {
        lock (_gate)
            _logs.AddRange(lines.Select(line => $"{function}: {line}"));
    }

    internal void Complain(string complaint)
    {
        lock (_gate)
            _complaints.Add(complaint);
    }
}
