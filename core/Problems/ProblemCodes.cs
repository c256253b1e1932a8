namespace ControlPlane.Core.Problems;

/// <summary>The stable codes of <see cref="Problem"/>. A code never changes its meaning and is never used again for another.</summary>
public static class ProblemCodes
{
    /// <summary>A field is missing, unknown or has a value that is not allowed.</summary>
    public const string Invalid = "invalid_request";

    /// <summary>The body is no form and no JSON object, or its content type is neither.</summary>
    public const string Unreadable = "unreadable_body";

    /// <summary>The body is longer than the limit.</summary>
    public const string TooLarge = "body_too_large";

    /// <summary>The path does not exist.</summary>
    public const string NoSuchPath = "path_not_found";

    /// <summary>The path exists, but not for this method; changes are made with POST, PUT or DELETE.</summary>
    public const string MethodNotAllowed = "method_not_allowed";

    /// <summary>No backend of that name or id.</summary>
    public const string BackendNotFound = "backend_not_found";

    /// <summary>Another of its kind has that name.</summary>
    public const string NameTaken = "name_taken";

    /// <summary>Another backend has that url.</summary>
    public const string UrlTaken = "url_taken";

    /// <summary>The backend was started by a monitor; change the monitor instead.</summary>
    public const string BackendManaged = "backend_managed";

    /// <summary>No monitor of that name or id.</summary>
    public const string MonitorNotFound = "monitor_not_found";

    /// <summary>Another monitor watches that tag.</summary>
    public const string TagTaken = "tag_taken";

    /// <summary>No pool of that name, or no slot of that name in it.</summary>
    public const string PoolNotFound = "pool_not_found";

    /// <summary>An instance is in the slot.</summary>
    public const string SlotLeased = "slot_leased";

    /// <summary>No budget of that name.</summary>
    public const string BudgetNotFound = "budget_not_found";

    /// <summary>No such group.</summary>
    public const string GroupNotFound = "group_not_found";

    /// <summary>No such decision, or one that is too old.</summary>
    public const string DecisionNotFound = "decision_not_found";

    /// <summary>No upgrade of that name.</summary>
    public const string UpgradeNotFound = "upgrade_not_found";

    /// <summary>Another upgrade changes the group now.</summary>
    public const string UpgradeInProgress = "upgrade_in_progress";

    /// <summary>The upgrade is not where this could be asked of it.</summary>
    public const string UpgradeStateWrong = "upgrade_state_wrong";

    /// <summary>The way back would lose writes that the new side has taken, and nobody has accepted that.</summary>
    public const string RollbackLosesWrites = "rollback_loses_writes";

    /// <summary>A database server does not answer, or could not do what was asked.</summary>
    public const string DatabaseUnavailable = "database_unavailable";

    /// <summary>Another backtest runs here already.</summary>
    public const string BacktestBusy = "backtest_busy";

    /// <summary>The backtest took more time, or has more jobs, than one may.</summary>
    public const string BacktestTooLong = "backtest_too_long";

    /// <summary>The row was changed since it was read (If-Match did not match).</summary>
    public const string PreconditionFailed = "precondition_failed";

    /// <summary>The same Idempotency-Key came with another request.</summary>
    public const string IdempotencyMismatch = "idempotency_key_reused";

    /// <summary>The row is being changed by so many others that it could not be written now.</summary>
    public const string Contended = "contended";

    /// <summary>What came could not be stored, so it was not taken.</summary>
    public const string NotStored = "not_stored";

    /// <summary>The control plane has just started and could not read its store yet.</summary>
    public const string NotReady = "not_ready";

    /// <summary>No key, or one that is not known.</summary>
    public const string Unauthenticated = "unauthenticated";

    /// <summary>The key's role may not do this.</summary>
    public const string Forbidden = "forbidden";

    /// <summary>The request came from another web site, or names a host that is not this one.</summary>
    public const string CrossSite = "cross_site_refused";

    /// <summary>A request to run something named no tag.</summary>
    public const string TagsRequired = "tags_required";

    /// <summary>No backend carries any of the tags.</summary>
    public const string NoTagMatch = "no_tag_match";

    /// <summary>Backends carry the tags, and none of them is healthy.</summary>
    public const string NoHealthyBackend = "no_healthy_backend";

    /// <summary>The group's queue is full.</summary>
    public const string QueueFull = "queue_full";

    /// <summary>The request waited for a free backend until its deadline.</summary>
    public const string QueueTimeout = "queue_timeout";

    /// <summary>The group is switching to another side, and as many requests are held as may be.</summary>
    public const string HoldFull = "hold_full";

    /// <summary>The request was held while the group switched to another side, until its time was up.</summary>
    public const string HoldTimeout = "hold_timeout";

    /// <summary>The backend could not be reached; the request was not sent.</summary>
    public const string BackendUnreachable = "backend_unreachable";

    /// <summary>The backend broke off before it had answered; the request may have run and was not sent again.</summary>
    public const string BackendFailed = "backend_failed";

    /// <summary>The backend did not answer in time; the request may have run and was not sent again.</summary>
    public const string BackendTimeout = "backend_timeout";

    /// <summary>Something failed here that is not the caller's fault.</summary>
    public const string Internal = "internal_error";
}
