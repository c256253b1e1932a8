namespace ControlPlane.Core.Backends;

/// <summary>
/// Where a backend is in its life.
/// <code>
///            rise good checks             fall bad checks
/// Joining ----------------------> Ready ------------------> Unhealthy
///    |                             ^  ^                         |
///    |                             |  '-------------------------'
///    |                  drain cancelled      rise good checks
///    |                             |
///    '---------------------------> Draining ----> (row deleted)
/// </code>
/// </summary>
public enum BackendState
{
    /// <summary>Registered, not yet proven by a check: gets no work; requests for it wait.</summary>
    Joining,

    /// <summary>Gets work.</summary>
    Ready,

    /// <summary>Failed its checks: gets no work until it has passed <c>rise</c> of them in a row.</summary>
    Unhealthy,

    /// <summary>Leaving: gets no new work, and its running work goes on.</summary>
    Draining,
}
