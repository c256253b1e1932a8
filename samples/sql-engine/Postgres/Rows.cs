using System.Globalization;
using System.Text.Json;
using ControlPlane.Infra.Postgres.Client;
using SqlEngine.Data;

namespace SqlEngine.Postgres;

/// <summary>The rows of a query on PostgreSQL.</summary>
/// <param name="rows">The rows as text.</param>
/// <param name="connection">The connection that they come over.</param>
internal sealed class Rows(PgRows rows, Connection connection) : IRows
{
    private string?[]? _row;

    public int ColumnCount => rows.Columns.Count;

    public string ColumnName(int column) => rows.Columns[column].Name;

    public string ColumnType(int column) => PgType.SparkName(rows.Columns[column].Type);

    public bool Step() => (_row = connection.Guard(null, rows.Next)) is not null;

    public void WriteValue(int column, Utf8JsonWriter json)
    {
        var type = rows.Columns[column].Type;
        switch (_row![column])
        {
            case null:
                json.WriteNullValue();
                break;
            case var text when PgType.IsWhole(type) && long.TryParse(text, CultureInfo.InvariantCulture, out var whole):
                json.WriteNumberValue(whole);
                break;
            case var text when type is PgType.Float4 or PgType.Float8 or PgType.Numeric:
                WriteReal(text, json);
                break;
            case var text when type == PgType.Bool:
                json.WriteBooleanValue(text == "t");
                break;
            case var text when type == PgType.Bytes && text.StartsWith(PgType.HexPrefix, StringComparison.Ordinal):
                json.WriteBase64StringValue(Convert.FromHexString(text.AsSpan(PgType.HexPrefix.Length)));
                break;
            case var text:
                json.WriteStringValue(text);
                break;
        }
    }

    public void Dispose() => rows.Dispose();

    // As the server writes it: a decimal keeps all its digits. What JSON has no number for becomes null.
    private static void WriteReal(string text, Utf8JsonWriter json)
    {
        if (text is "NaN" or "Infinity" or "-Infinity")
            json.WriteNullValue();
        else
            json.WriteRawValue(text);
    }
}
