namespace SqlEngine.Postgres;

/// <summary>The database is at another schema version than the engine's. The message completes "the database ...".</summary>
internal sealed class SchemaMismatchException(string message) : Exception(message);
