namespace ControlPlane.Functions.Http;

/// <summary>What a caller may do; each role may do all that the ones before it may.</summary>
internal enum Role
{
    /// <summary>Anybody, without a key: liveness only.</summary>
    Anyone,

    /// <summary>May look.</summary>
    Reader,

    /// <summary>May run jobs and change backends.</summary>
    Operator,

    /// <summary>May change policies.</summary>
    Admin,
}
