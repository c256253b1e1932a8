using ControlPlane.Infra.Postgres.Client;
using SqlEngine.Data;

namespace SqlEngine.Postgres;

/// <summary>PostgreSQL refused or failed a statement, or cannot be reached. Codes: PostgreSQL, appendix A.</summary>
/// <param name="failure">What the server said.</param>
/// <param name="sql">The statement as the script has it; null when it was another.</param>
internal sealed class PostgresFailure(PgFailure failure, string? sql = null) : SqlFailure(TextOf(failure), OffsetIn(sql, failure.Position))
{
    public const string CharacterNotInRepertoire = "22021";

    private const string SerializationFailure = "40001";
    private const string Deadlock = "40P01";
    private const string LockNotAvailable = "55P03";

    public override bool IsBusy => failure.SqlState is SerializationFailure or Deadlock or LockNotAvailable;

    public override bool IsConnectionLost => failure.IsConnectionLost;

    public override string? SqlState => failure.SqlState;

    private static string TextOf(PgFailure failure) => failure.Detail is { } detail ? $"{failure.Message}: {detail}" : failure.Message;

    // The server counts whole characters from 1, also those that take two here.
    private static int? OffsetIn(string? sql, int? position) =>
        sql is null || position is not { } place ? null : sql.EnumerateRunes().Take(place - 1).Sum(rune => rune.Utf16SequenceLength);
}
