namespace ControlPlane.Functions.Router.Forwarding;

/// <summary>How far the head of an answer has been read.</summary>
internal enum HeadState
{
    /// <summary>More bytes are needed.</summary>
    Incomplete,

    /// <summary>All of it is there and valid.</summary>
    Complete,

    /// <summary>It is no valid HTTP/1 head, or longer than allowed.</summary>
    Malformed,
}
