namespace ControlPlane.EndToEnd.Machine;

/// <summary>A monitor as a user sends it.</summary>
internal sealed record MonitorSpec(
    string Name,
    string Tag,
    int MinInstances,
    int MaxInstances,
    string Profile = Profiles.Sql,
    double PeriodSeconds = 0.2,
    int Samples = 2,
    double DrainDeadlineSeconds = 20,
    string AllocateType = "local",
    string AllocateStrategy = "JobNumAwareAllocate",
    DatabaseSpec? Database = null);

/// <summary>Where the engines of a monitor keep their data, as a user sends it.</summary>
internal sealed record DatabaseSpec(string Server, string Name, string Owner);

/// <summary>A page of a list.</summary>
internal sealed record Page<T>(List<T> Value, Uri? NextLink);

/// <summary>A backend, as far as tests look at it.</summary>
internal sealed record BackendView(int Id, string Name, string Url, List<string> Tags, string State, string? Monitor, int InFlight, string Etag);

/// <summary>A group, as far as tests look at it.</summary>
internal sealed record GroupView(int Ready, ServingView Serving);

/// <summary>What a group serves from, as far as tests look at it.</summary>
internal sealed record ServingView(long Epoch, string Live, string Gate, string? Upgrade, List<SideView> Sides)
{
    public SideView LiveSide => Sides.Single(side => side.Colour == Live);
}

/// <summary>One side of a group.</summary>
internal sealed record SideView(string Colour, long Epoch, string? Version, string? Database);

/// <summary>A decision, as far as tests look at it.</summary>
internal sealed record DecisionView(
    long Sequence, string Action, string Reason, string Rule, int Current, int Starting, int Desired, List<ClampView> Clamps, List<string> Start, List<string> Reclaim, List<string> Retire);

/// <summary>A limit that changed a decision.</summary>
internal sealed record ClampView(string Name, string Reason);

/// <summary>An answer to a request to run something.</summary>
internal sealed record Answer(int Status, string Body)
{
    public bool IsWell => Status == 200;
}
