using System.Globalization;
using System.Runtime.InteropServices;

namespace ControlPlane.Infra.Postgres.Client;

/// <summary>A column of a result.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The OID of its type; source: pg_type.dat, such as 20 for <c>int8</c> and 25 for <c>text</c>.</param>
internal readonly record struct PgColumn(string Name, uint Type);

/// <summary>What a statement gave.</summary>
/// <param name="Columns">The columns; none for a statement that gives no rows.</param>
/// <param name="Rows">The rows, each value as the server writes it, null for NULL.</param>
/// <param name="Tag">What was done, such as <c>INSERT 0 1</c>.</param>
/// <param name="Affected">How many rows it read or changed; 0 where that has no meaning.</param>
internal sealed record PgResult(IReadOnlyList<PgColumn> Columns, IReadOnlyList<string?[]> Rows, string Tag, long Affected)
{
    /// <summary>The first value of the first row; null when there is none.</summary>
    public string? Scalar => Rows.Count > 0 && Columns.Count > 0 ? Rows[0][0] : null;

    internal static PgResult Read(ResultHandle result)
    {
        var rows = new string?[LibPq.RowCount(result)][];
        var columns = ReadColumns(result);
        for (var row = 0; row < rows.Length; row++)
            rows[row] = ReadRow(result, row, columns.Length);
        var affected = Marshal.PtrToStringUTF8(LibPq.AffectedRows(result));
        return new PgResult(
            columns,
            rows,
            Marshal.PtrToStringUTF8(LibPq.CommandTag(result)) ?? "",
            long.TryParse(affected, CultureInfo.InvariantCulture, out var count) ? count : 0);
    }

    internal static PgColumn[] ReadColumns(ResultHandle result)
    {
        var columns = new PgColumn[LibPq.ColumnCount(result)];
        for (var column = 0; column < columns.Length; column++)
            columns[column] = new PgColumn(Marshal.PtrToStringUTF8(LibPq.ColumnName(result, column)) ?? "", LibPq.ColumnType(result, column));
        return columns;
    }

    internal static string?[] ReadRow(ResultHandle result, int row, int columns)
    {
        var values = new string?[columns];
        for (var column = 0; column < columns; column++)
        {
            if (LibPq.IsNull(result, row, column) == 0)
                values[column] = Marshal.PtrToStringUTF8(LibPq.Value(result, row, column), LibPq.Length(result, row, column));
        }
        return values;
    }
}
