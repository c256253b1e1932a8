using System.Globalization;
using ControlPlane.Core.Groups;

namespace ControlPlane.Core.Scaling;

/// <summary>A reason to carry nothing out: a dry run, or a pause that has not ended.</summary>
internal sealed record HandsOff(string Name, string Reason)
{
    public static HandsOff? Of(GroupView group)
    {
        if (group.Monitor.IsRemoving)
            return null;
        if (group.Serving is { } serving && (serving.IsMigrating || serving.Gate != Gate.Open))
            return new("upgrade", serving.IsMigrating ? "an engine changes the schema, and nothing else is touched meanwhile" : "its requests are held while it is upgraded");
        if (group.Policy.Pause is { } pause && pause.Until > group.Now)
            return new("pause", string.Create(CultureInfo.InvariantCulture, $"{pause.By} has paused it until {pause.Until:u}: {pause.Reason}"));
        return group.Policy.IsDryRun ? new("dry-run", "this is a dry run, nothing is carried out") : null;
    }

    /// <summary>The clamp keeps the count that would have been.</summary>
    public Steps Hold(GroupView group, Limits desired)
    {
        desired.AtLeast(group.Current, Name, Reason);
        desired.AtMost(group.Current, Name, Reason);
        return Steps.Held;
    }
}
