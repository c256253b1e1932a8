using System.Text.Json.Serialization;
using ControlPlane.Core.Groups;
using ControlPlane.Functions.Router.Holding;
using ControlPlane.Functions.Router.Outcomes;

namespace ControlPlane.Functions.Router;

/// <summary>What one router has in hand. A router of another version may say more, or less.</summary>
/// <param name="InFlight">Requests in flight, by backend; those without any are left out.</param>
/// <param name="Lines">Requests that wait, by comma list of tags.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record RouterReport(IReadOnlyDictionary<string, int> InFlight, IReadOnlyDictionary<string, LineReport> Lines)
{
    public static RouterReport Empty { get; } = new(new Dictionary<string, int>(), new Dictionary<string, LineReport>());

    /// <summary>How long those in flight have run so far, all together, by backend; null from a router that does not say.</summary>
    public IReadOnlyDictionary<string, TimeSpan>? RunTime { get; init; }

    /// <summary>Jobs that have ever ended there, by tag; null from a router that does not say.</summary>
    public IReadOnlyDictionary<string, long>? Finished { get; init; }

    /// <summary>How many of those in flight only read, by backend, without those that have none; null from a router that does not say.</summary>
    public IReadOnlyDictionary<string, int>? Reads { get; init; }

    /// <summary>What each group that is being upgraded has held there, by tag; null from a router that does not say.</summary>
    public IReadOnlyDictionary<string, HoldCount>? Held { get; init; }

    /// <summary>The outcomes of both sides of each of these groups; null from a router that does not say.</summary>
    public IReadOnlyList<SideReport>? Sides { get; init; }

    /// <summary>The groups that are being upgraded as the router goes by them, by tag; null when there are none, or it does not say.</summary>
    public IReadOnlyDictionary<string, SeenGroup>? Groups { get; init; }

    /// <summary>The router's name; null for one that was not read from the store.</summary>
    [JsonIgnore]
    public string? Router { get; init; }

    /// <summary>When it was stored; null for one that was not read from the store.</summary>
    [JsonIgnore]
    public DateTimeOffset? At { get; init; }

    /// <summary>Whether the router had work in hand, or knew of an upgrade, should have reported again by now, and has not.</summary>
    [JsonIgnore]
    public bool IsOverdue { get; init; }

    public bool IsIdle => InFlight.Count == 0 && Lines.Count == 0 && Held is not { Count: > 0 };

    /// <summary>Whether other jobs have ended than at an earlier report.</summary>
    public bool HasFinishedOther(RouterReport earlier) =>
        (Finished?.Values.Sum() ?? 0) != (earlier.Finished?.Values.Sum() ?? 0);

    /// <summary>Whether an upgrade may wait for it: a gate is shut, or the router knows a group otherwise than it has said.</summary>
    public bool IsAwaitedAfter(RouterReport earlier) =>
        Groups?.Any(group => group.Value.Gate != Gate.Open || earlier.Groups?.GetValueOrDefault(group.Key) != group.Value) ?? false;

    /// <summary>What still counts of a report that was not renewed: what has ended stays so.</summary>
    /// <param name="isOverdue">See <see cref="IsOverdue"/>.</param>
    public RouterReport WithoutWork(bool isOverdue) => Empty with { Finished = Finished, Sides = Sides, IsOverdue = isOverdue };
}

/// <summary>One line of waiting requests.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record LineReport(int Count, TimeSpan OldestWait);
