namespace ControlPlane.Functions.Registry;

/// <summary>A caller's Idempotency-Key with a hash of the request it came with.</summary>
internal sealed record OnceKey(string Key, string RequestHash);

/// <summary>What a request with an Idempotency-Key did, kept so that the same request gets the same answer.</summary>
internal sealed record OnceRecord(string RequestHash, string Name, DateTimeOffset At)
{
    public static TimeSpan Kept { get; } = TimeSpan.FromHours(24);
}
