namespace ControlPlane.Functions.Router.Forwarding;

/// <summary>How one attempt to forward a request ended. The forwarder writes no error answer itself: its caller does.</summary>
internal enum ForwardOutcome
{
    /// <summary>The backend's whole answer was passed on, whatever its status.</summary>
    Completed,

    /// <summary>
    /// No connection came about. Nothing was sent, nothing of the request's body was consumed, and the response is
    /// untouched: the caller may choose another backend.
    /// </summary>
    ConnectFailed,

    /// <summary>The client went away; the backend's connection was closed at once, so that it can cancel.</summary>
    ClientAborted,

    /// <summary>
    /// The client's own request cannot be forwarded: its body is malformed, or its target or a header cannot be
    /// written as HTTP/1.1. The response is not started.
    /// </summary>
    BadRequest,

    /// <summary>No answer within <see cref="UpstreamOptions.ResponseTimeout"/>. The response is not started.</summary>
    BackendTimedOut,

    /// <summary>
    /// The connection broke, or its bytes were no HTTP, before the head of the answer was complete. The response is
    /// not started. The request may have run, so it must not be sent again.
    /// </summary>
    BackendFailed,

    /// <summary>The answer broke off after its head had been passed on: the client's connection has been aborted.</summary>
    ResponseBroken,
}
