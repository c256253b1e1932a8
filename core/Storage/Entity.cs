namespace ControlPlane.Core.Storage;

/// <summary>One stored row.</summary>
/// <param name="Partition">The partition key: up to 256 characters, any text.</param>
/// <param name="Row">The row key, unique within the table and partition.</param>
/// <param name="Body">The content, JSON text.</param>
/// <param name="ETag">Opaque; changes with every write of the row and never comes back.</param>
/// <param name="Updated">When the row was last written.</param>
public sealed record Entity(string Partition, string Row, string Body, string ETag, DateTimeOffset Updated);
