using System.Text.Json;

namespace SqlEngine.Data;

/// <summary>The rows of a query, one at a time.</summary>
internal interface IRows : IDisposable
{
    int ColumnCount { get; }

    string ColumnName(int column);

    /// <summary>The name that Spark has for what a column holds; where a database has types by value, the first row's tells it.</summary>
    string ColumnType(int column);

    /// <summary>Moves to the next row.</summary>
    /// <returns>False when there is none.</returns>
    /// <exception cref="SqlFailure">The query failed on its way.</exception>
    /// <exception cref="OperationCanceledException">The current use was cancelled.</exception>
    bool Step();

    /// <summary>Writes the current row's value of a column.</summary>
    void WriteValue(int column, Utf8JsonWriter json);
}
