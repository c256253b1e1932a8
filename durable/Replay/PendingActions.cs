using ControlPlane.Durable.Model;
using ControlPlane.Durable.Protocol;
using Kind = ControlPlane.Durable.Protocol.OrchestratorAction.OrchestratorActionTypeOneofCase;

namespace ControlPlane.Durable.Replay;

/// <summary>What the code asked for and the history does not confirm yet. One counter gives every action its id.</summary>
internal sealed class PendingActions
{
    private SortedDictionary<int, OrchestratorAction> _pending = [];
    private SortedDictionary<int, OrchestratorAction> _heldBack = [];
    private int _nextId;

    /// <summary>The actions in ascending order of id.</summary>
    public IEnumerable<OrchestratorAction> InOrder => _pending.Values;

    /// <summary>The id that the next action gets.</summary>
    public int NextId => _nextId;

    /// <summary>Adds an action and gives it the next id.</summary>
    public int Add(OrchestratorAction action)
    {
        action.Id = _nextId++;
        _pending.Add(action.Id, action);
        return action.Id;
    }

    /// <summary>Checks that the code asked again for what history says it asked for.</summary>
    /// <param name="id">The action's id.</param>
    /// <param name="kind">What history recorded.</param>
    /// <param name="name">Under which name; null for a timer, which has none.</param>
    /// <exception cref="NonDeterminismException">It did not.</exception>
    public void Confirm(int id, Kind kind, string? name)
    {
        var expected = Describe(kind, name);
        if (!_pending.Remove(id, out var action))
            throw new NonDeterminismException($"Non-deterministic orchestration: history has {expected} as #{id}, and the code did not ask for it.");
        var actual = NameOf(action);
        if (action.OrchestratorActionTypeCase != kind || !string.Equals(actual, name, StringComparison.OrdinalIgnoreCase))
            throw new NonDeterminismException($"Non-deterministic orchestration: history has {expected} as #{id}, and the code asked for {Describe(action.OrchestratorActionTypeCase, actual)}.");
    }

    /// <summary>Holds everything back while the instance is suspended.</summary>
    public void HoldBack() => (_heldBack, _pending) = (_pending, _heldBack);

    /// <summary>Puts back what was held back.</summary>
    public void PutBack()
    {
        foreach (var (id, action) in _heldBack)
            _pending.Add(id, action);
        _heldBack.Clear();
    }

    private static string? NameOf(OrchestratorAction action) => action.OrchestratorActionTypeCase switch
    {
        Kind.ScheduleTask => action.ScheduleTask.Name,
        Kind.CreateSubOrchestration => action.CreateSubOrchestration.Name,
        Kind.SendEvent => action.SendEvent.Name,
        _ => null,
    };

    private static string Describe(Kind kind, string? name) => kind switch
    {
        Kind.ScheduleTask => $"activity '{name}'",
        Kind.CreateSubOrchestration => $"sub-orchestration '{name}'",
        Kind.SendEvent => $"a sent event '{name}'",
        Kind.CreateTimer => "a timer",
        _ => $"{kind}",
    };
}
