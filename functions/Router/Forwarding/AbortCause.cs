namespace ControlPlane.Functions.Router.Forwarding;

/// <summary>Why this side closed a backend's connection while it was in use.</summary>
internal enum AbortCause
{
    /// <summary>It did not.</summary>
    None,

    /// <summary>The client went away.</summary>
    ClientGone,

    /// <summary>The client's body is malformed.</summary>
    BadRequest,

    /// <summary>The answer was complete before the request was sent to its end.</summary>
    AnsweredEarly,

    /// <summary>A deadline passed.</summary>
    Overdue,
}
