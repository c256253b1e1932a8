namespace SqlEngine.Jobs;

/// <summary>What a caller of <c>/run/script</c> wants, with the peer's defaults.</summary>
internal sealed record JobRequest
{
    public required string Sql { get; init; }

    public string Owner { get; init; } = "anonymous";

    public string JobName { get; init; } = "";

    public string JobType { get; init; } = "script";

    /// <summary>How long the job may run, waits included; null for as long as it takes.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>True when the caller gets <c>[]</c> at once and the result at <see cref="Callback"/>.</summary>
    public bool IsAsync { get; init; }

    public Uri? Callback { get; init; }

    public IReadOnlyDictionary<string, string> CallbackHeaders { get; init; } = new Dictionary<string, string>();

    /// <summary>Attempts after the first that failed to deliver the callback.</summary>
    public int MaxRetries { get; init; }

    /// <summary>True when the answer is an object with the schema beside the rows.</summary>
    public bool IncludesSchema { get; init; }

    /// <summary>The most rows that are answered.</summary>
    public int OutputSize { get; init; } = 5000;

    /// <summary>True when no rows are answered.</summary>
    public bool IsSilent { get; init; }

    /// <summary>True when the script shares temp tables and settings with the owner's other scripts.</summary>
    public bool UsesOwnerSession { get; init; }
}
