namespace ControlPlane.Core.Storage;

/// <summary>One change of a transaction.</summary>
/// <param name="Row">The row key.</param>
public abstract record EntityChange(string Row)
{
    /// <summary>Writes a row that must not exist.</summary>
    public sealed record Add(string Row, string Body) : EntityChange(Row);

    /// <summary>Writes over a row that must exist, unchanged since it was read when an ETag is given.</summary>
    public sealed record Replace(string Row, string Body, string? ETag) : EntityChange(Row);

    /// <summary>Writes a row whether it exists or not.</summary>
    public sealed record Upsert(string Row, string Body) : EntityChange(Row);

    /// <summary>Removes a row that must exist, unchanged since it was read when an ETag is given.</summary>
    public sealed record Delete(string Row, string? ETag) : EntityChange(Row);
}
