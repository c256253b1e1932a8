namespace ControlPlane.FunctionsHost.Sidecar;

/// <summary>Status codes of gRPC.</summary>
internal enum GrpcStatus
{
    /// <summary>It went well.</summary>
    Ok = 0,

    /// <summary>The handler of a call threw something.</summary>
    Unknown = 2,

    /// <summary>The caller asked for nonsense.</summary>
    InvalidArgument = 3,

    /// <summary>It is there already.</summary>
    AlreadyExists = 6,

    /// <summary>There is no such method.</summary>
    Unimplemented = 12,

    /// <summary>Something went wrong inside.</summary>
    Internal = 13,
}
