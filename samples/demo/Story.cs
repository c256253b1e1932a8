namespace Demo;

/// <summary>What has happened to the group so far.</summary>
internal sealed class Story
{
    private readonly List<int> _ready = [];
    private readonly List<DecisionSeen> _changes = [];
    private long _lastSequence;

    public GroupSeen? Now { get; private set; }

    public DecisionSeen? LastDecision { get; private set; }

    /// <summary>The number of ready instances at each look.</summary>
    public IReadOnlyList<int> Ready => _ready;

    /// <summary>The decisions that changed something.</summary>
    public IReadOnlyList<DecisionSeen> Changes => _changes;

    public long Decisions => _lastSequence;

    public int Most => _ready.DefaultIfEmpty().Max();

    /// <summary>Whether it has grown beyond one instance and has one again, with nothing on its way in or out.</summary>
    public bool IsBackAtMin => Most > 1 && Now is { Ready: 1, Starting: 0, Leaving: 0 };

    public void Add(GroupSeen group, IReadOnlyList<DecisionSeen> decisions)
    {
        Now = group;
        _ready.Add(group.Ready);
        foreach (var decision in decisions.Where(decision => decision.Sequence > _lastSequence))
        {
            _lastSequence = decision.Sequence;
            LastDecision = decision;
            if (decision.Action != "None")
                _changes.Add(decision);
        }
    }
}
