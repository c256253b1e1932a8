using System.Text.Json.Serialization;

namespace ControlPlane.Functions.Router.Outcomes;

/// <summary>
/// What has become of requests since this process began, at one moment. Two of them subtracted tell of the time between.
/// A router that was restarted counts from zero again.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record OutcomeSnapshot
{
    /// <summary>Upper bounds of the buckets of latency. The last bucket, behind them, has none.</summary>
    public static IReadOnlyList<TimeSpan> Bounds { get; } =
        [.. new[] { 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000 }.Select(milliseconds => TimeSpan.FromMilliseconds(milliseconds))];

    /// <summary>Nothing at all.</summary>
    public static OutcomeSnapshot Empty { get; } = new();

    /// <summary>Answers, whatever they say, by how long they took to their end; one more than <see cref="Bounds"/>.</summary>
    public IReadOnlyList<long> Latencies { get; init; } = new long[Bounds.Count + 1];

    /// <summary>Those of them with a status of 500 or more.</summary>
    public long Errors { get; init; }

    /// <summary>Requests that were sent, and whose answer broke off or did not come in time.</summary>
    public long Broken { get; init; }

    /// <summary>Requests that were not sent, since no connection came about.</summary>
    public long Unreached { get; init; }

    /// <summary>Requests that were sent, and whose client went before the answer was there.</summary>
    public long Abandoned { get; init; }

    /// <summary>Requests that were sent and are known to read only.</summary>
    public long ReadsSent { get; init; }

    /// <summary>Answers that are no failures. A status from 400 to 499 is the client's own fault, and is an answer.</summary>
    [JsonIgnore]
    public long Answers => Latencies.Sum() - Errors;

    /// <summary>Answers with a status of 500 or more, and requests that got none.</summary>
    [JsonIgnore]
    public long Failures => Errors + Broken + Unreached;

    /// <summary>Requests that have ended, were sent and may have written: all that are not known to read only.</summary>
    [JsonIgnore]
    public long WritesSent => Latencies.Sum() + Broken + Abandoned - ReadsSent;

    /// <summary>Whether no count is below zero, as happens when a router was restarted between two moments that are subtracted.</summary>
    [JsonIgnore]
    public bool IsPossible => Latencies.All(count => count >= 0) && Errors >= 0 && Broken >= 0 && Unreached >= 0 && Abandoned >= 0 && ReadsSent >= 0;

    /// <summary>The time that a share of the answers took no longer than, as the bound of its bucket; null without answers.</summary>
    /// <param name="share">0 to 1, such as 0.95. In the bucket without a bound it is the last bound.</param>
    public TimeSpan? Percentile(double share)
    {
        var rest = (long)Math.Ceiling(share * Latencies.Sum());
        for (var i = 0; i < Latencies.Count && Latencies.Sum() > 0; i++)
        {
            rest -= Latencies[i];
            if (rest <= 0)
                return Bounds[Math.Min(i, Bounds.Count - 1)];
        }

        return null;
    }

    /// <summary>The bucket of a latency.</summary>
    public static int BucketOf(TimeSpan time)
    {
        var bucket = 0;
        while (bucket < Bounds.Count && time > Bounds[bucket])
            bucket++;
        return bucket;
    }

    /// <summary>Those of two backends together.</summary>
    public static OutcomeSnapshot operator +(OutcomeSnapshot one, OutcomeSnapshot other) => one.Join(other, 1);

    /// <summary>What has come since an earlier moment.</summary>
    public static OutcomeSnapshot operator -(OutcomeSnapshot now, OutcomeSnapshot before) => now.Join(before, -1);

    private OutcomeSnapshot Join(OutcomeSnapshot other, int sign) => new()
    {
        Latencies = [.. Latencies.Zip(other.Latencies, (one, two) => one + (sign * two))],
        Errors = Errors + (sign * other.Errors),
        Broken = Broken + (sign * other.Broken),
        Unreached = Unreached + (sign * other.Unreached),
        Abandoned = Abandoned + (sign * other.Abandoned),
        ReadsSent = ReadsSent + (sign * other.ReadsSent),
    };
}
