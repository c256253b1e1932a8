namespace ControlPlane.Bench.Groups;

/// <summary>
/// What a calm group costs in a day. What one look costs and what the whole site costs without any look are told apart by
/// two phases with unlike numbers of looks; how many looks there are in a day follows from the longest sleep.
/// </summary>
/// <param name="drowsy">A phase in which groups fall asleep, with many looks of which none is stored.</param>
/// <param name="asleep">A phase in which they sleep.</param>
/// <param name="groups">How many groups there are.</param>
internal sealed class CalmDay(Phase drowsy, Phase asleep, int groups)
{
    private const double Seconds = 86_400;
    private const double LongestPauseSeconds = 900;
    private const double LooksPerGeneration = 20;

    public const double Looks = Seconds / LongestPauseSeconds;

    /// <summary>Turns of the looks, and one more for each generation.</summary>
    public double Turns => ((drowsy.Turns + asleep.Turns) / (drowsy.Looks + asleep.Looks) * Looks) + (Looks / LooksPerGeneration);

    public double EntityReads => Cost(phase => phase.EntityReads);

    public double EntityWrites => Cost(phase => phase.EntityWrites);

    /// <summary>The cost of the group's looks, and its share of what the site costs anyway.</summary>
    private double Cost(Func<Phase, double> operations)
    {
        var (often, seldom) = (operations(drowsy) / drowsy.Seconds, operations(asleep) / asleep.Seconds);
        var (many, few) = (drowsy.Looks / drowsy.Seconds, asleep.Looks / asleep.Seconds);
        var look = Math.Max(0, (often - seldom) / (many - few));
        var site = Math.Max(0, seldom - (look * few));
        return (look * Looks) + (site * Seconds / groups);
    }
}
