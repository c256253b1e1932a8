namespace SqlEngine.Data;

/// <summary>The database is at another schema version than the engine's. The message completes "the database ...".</summary>
internal sealed class SchemaMismatchException(string message) : Exception(message)
{
    /// <summary>For an engine that is to run on the schema.</summary>
    public static void ThrowUnlessSame(int found, int version)
    {
        if (found != version)
            throw new SchemaMismatchException(found < version
                ? $"has schema version {found}, and this engine needs {version}; start one engine with --migrate first"
                : $"has schema version {found}, and this engine is of version {version}; it cannot run on a newer schema");
    }

    /// <summary>For an engine that is to change the schema.</summary>
    public static void ThrowIfNewer(int found, int version)
    {
        if (found > version)
            throw new SchemaMismatchException($"has schema version {found}, and there is no way back to {version}");
    }
}
