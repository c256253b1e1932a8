namespace ControlPlane.Functions.Router.Forwarding;

/// <summary>How far the body of an answer has been read.</summary>
internal enum BodyState
{
    /// <summary>More bytes are needed.</summary>
    Incomplete,

    /// <summary>All of it has been read.</summary>
    Complete,

    /// <summary>Its framing is not valid.</summary>
    Malformed,
}
