namespace SqlEngine.Postgres;

/// <summary>The types whose values JSON has a form for; numbers from pg_type.dat.</summary>
internal static class PgType
{
    public const uint Bool = 16;
    public const uint Bytes = 17;
    public const uint Int8 = 20;
    public const uint Int2 = 21;
    public const uint Int4 = 23;
    public const uint Oid = 26;
    public const uint Float4 = 700;
    public const uint Float8 = 701;
    public const uint Numeric = 1700;

    /// <summary>How the server begins a text of bytes.</summary>
    public const string HexPrefix = "\\x";

    public static bool IsWhole(uint type) => type is Int2 or Int4 or Int8 or Oid;

    /// <summary>The name that Spark has for it.</summary>
    public static string SparkName(uint type) => type switch
    {
        Bool => "boolean",
        Bytes => "binary",
        Float4 or Float8 or Numeric => "double",
        _ => IsWhole(type) ? "long" : "string",
    };
}
