namespace ControlPlane.Functions.Router;

/// <summary>The other routers of this control plane, which send requests to the same backends.</summary>
internal interface IOtherRouters
{
    /// <summary>
    /// How long after a change of the registry every other router goes by it for certain: one poll of the version row, and
    /// one report after it.
    /// </summary>
    TimeSpan SettleTime { get; }

    /// <summary>How long after its first look at the registry a router that has just started has looked again, and reported, if a group is being upgraded.</summary>
    TimeSpan FirstReportTime { get; }

    /// <summary>The latest report of each that is alive.</summary>
    Task<IReadOnlyList<RouterReport>> ReadAsync(CancellationToken cancellation);
}

/// <summary>On a single machine there are none.</summary>
internal sealed class NoOtherRouters : IOtherRouters
{
    public TimeSpan SettleTime => TimeSpan.Zero;

    public TimeSpan FirstReportTime => TimeSpan.Zero;

    public Task<IReadOnlyList<RouterReport>> ReadAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<RouterReport>>([]);
}
