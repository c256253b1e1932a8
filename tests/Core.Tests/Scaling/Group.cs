using ControlPlane.Core.Backends;
using ControlPlane.Core.Instances;
using ControlPlane.Core.Scaling;
using ControlPlane.Core.Scaling.Strategies;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Core.Tests.Scaling;

/// <summary>
/// Makes views of a group from words. <c>demo-1</c> is the first member, the oldest; a number after a member's word is
/// its jobs.
/// <list type="bullet">
/// <item>serving, new, unhealthy, broken: a running instance; draining: one on its way out that can come back</item>
/// <item>starting: ordered; leaving: being taken apart; doomed: a broken one that drains; recalled: one that drains since its slot is asked back; refused: one that drains and could not come back</item>
/// <item>hand, hand-joining, hand-unhealthy, hand-draining: a backend that no monitor made</item>
/// </list>
/// </summary>
internal static class Group
{
    public const string Tag = "demo";
    public static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public static readonly string[] Kinds =
    [
        "serving", "new", "unhealthy", "broken", "draining", "starting", "leaving", "doomed", "recalled", "refused", "hand", "hand-joining", "hand-unhealthy", "hand-draining",
    ];

    /// <summary>A group with these members, whose target is what it has of its own.</summary>
    public static GroupView Of(int min, int max, params string[] members)
    {
        var parsed = members.Select((member, index) => Parse(member, index + 1)).ToList();
        var view = new GroupView
        {
            Monitor = Policy(min, max),
            State = new GroupState { NextInstance = 100 },
            Pressure = new Pressure { At = Now, Backends = [.. parsed.Select(Load).OfType<InstanceLoad>()] },
            Instances = [.. parsed.Where(member => !member.IsByHand).Select(Row)],
            Broken = parsed.Where(member => member.Kind == "broken").ToDictionary(member => member.Name, _ => "its process has ended"),
            Now = Now,
        };
        return view with { State = view.State with { Target = view.Current - view.ByHand } };
    }

    public static Monitor Policy(int min, int max) => new()
    {
        Id = 1,
        Name = "watch",
        Tag = Tag,
        Min = min,
        Max = max,
        Provider = "local",
        Strategy = "JobNumAwareAllocate",
        Profile = "sql-engine",
        Samples = 3,
    };

    /// <summary>The group has been seen so: B all busy, I one idle, - neither, oldest first.</summary>
    public static GroupView Seen(this GroupView view, string samples) => view with { State = view.State with { Samples = samples } };

    public static GroupView Queued(this GroupView view, int jobs) => view with { Pressure = view.Pressure with { Queued = jobs } };

    public static GroupView Slots(this GroupView view, int free) => view with { Room = Room.Of(free) };

    public static GroupView Target(this GroupView view, int count) => view with { State = view.State with { Target = count } };

    public static GroupView Removing(this GroupView view) => view with { Monitor = view.Monitor with { IsRemoving = true } };

    /// <summary>Starts have failed, and the next may be tried after a time.</summary>
    public static GroupView Failed(this GroupView view, int times, TimeSpan wait) =>
        view with { State = view.State with { Failures = times, FailureReason = "the port is taken", RetryAt = view.Now + wait } };

    public static (Decision Decision, GroupState State) Decide(this GroupView view) => Planner.Decide(view, new JobNumAwareAllocate());

    private static Member Parse(string text, int number)
    {
        var words = text.Split(' ');
        if (!Kinds.Contains(words[0]))
            throw new ArgumentException($"\"{text}\" is no member of a group.", nameof(text));
        var jobs = words.Length > 1 ? int.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture) : 0;
        return new(words[0].StartsWith("hand", StringComparison.Ordinal) ? $"hand-{number}" : $"{Tag}-{number}", words[0], jobs, number);
    }

    private static Instance Row(Member member) => new()
    {
        Name = member.Name,
        Monitor = "watch",
        Tag = Tag,
        Provider = "local",
        Profile = "sql-engine",
        OrderedAt = Now.AddHours(-1).AddSeconds(member.Number),
        ReadyAt = member.Kind == "new" ? Now.AddSeconds(-1) : null,
        IsBroken = member.Kind == "doomed",
        IsCallBackRefused = member.Kind == "refused",
        RecallBy = member.Kind == "recalled" ? Now.AddMinutes(1) : null,
        Phase = member.Kind switch
        {
            "starting" => InstancePhase.Starting,
            "draining" or "leaving" or "doomed" or "recalled" or "refused" => InstancePhase.Retiring,
            _ => InstancePhase.Running,
        },
    };

    private static InstanceLoad? Load(Member member) => member.Kind is "starting" or "leaving" ? null : new InstanceLoad
    {
        Name = member.Name,
        IsManaged = !member.IsByHand,
        InFlight = member.Jobs,
        MaxJobs = 4,
        State = member.Kind switch
        {
            "serving" or "new" or "hand" => BackendState.Ready,
            "hand-joining" => BackendState.Joining,
            "draining" or "doomed" or "recalled" or "refused" or "hand-draining" => BackendState.Draining,
            _ => BackendState.Unhealthy,
        },
    };

    private sealed record Member(string Name, string Kind, int Jobs, int Number)
    {
        public bool IsByHand => Name.StartsWith("hand", StringComparison.Ordinal);
    }
}
