namespace SqlEngine.Data;

/// <summary>
/// The engine's own table, in the versions that upgrades between can be tried with. The version that a database is at
/// stands in the database itself.
/// </summary>
internal interface ISchema
{
    /// <summary>The newest version.</summary>
    const int Newest = 2;

    /// <summary>Refuses to run on a schema of another version: an engine knows its own alone.</summary>
    /// <exception cref="SchemaMismatchException">The database is at another version.</exception>
    /// <exception cref="SqlFailure">It cannot be reached.</exception>
    void Check(int version);

    /// <summary>Brings the database to a version, whole or not at all.</summary>
    /// <param name="version">The version, 1 to <see cref="Newest"/>.</param>
    /// <param name="atLeast">How long it takes besides, when there is something to do: it stands for a bigger database.</param>
    /// <param name="cancellation">Gives up, and leaves the database as it was.</param>
    /// <exception cref="SchemaMismatchException">The database is at a newer version.</exception>
    /// <exception cref="SqlFailure">It cannot be reached or changed.</exception>
    void Migrate(int version, TimeSpan atLeast, CancellationToken cancellation);
}
