namespace ControlPlane.Functions.Router.Holding;

/// <summary>What a request does to the engine's data.</summary>
internal enum RequestKind
{
    /// <summary>Nobody has looked: none of its groups is being upgraded. Counts as a write.</summary>
    Unknown,

    /// <summary>It only reads, by the engine profile's word.</summary>
    Read,

    /// <summary>It may write.</summary>
    Write,
}
