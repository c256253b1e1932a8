using SqlEngine.Sqlite;
using SQLitePCL;

namespace ControlPlane.SqlEngine.Tests.Sqlite;

public sealed class ColumnTypeTests
{
    [Theory]
    [InlineData("text", raw.SQLITE_INTEGER, "long")]
    [InlineData(null, raw.SQLITE_FLOAT, "double")]
    [InlineData(null, raw.SQLITE_BLOB, "binary")]
    [InlineData("int", raw.SQLITE_TEXT, "string")]
    [InlineData("bigint", raw.SQLITE_NULL, "long")]
    [InlineData("VARCHAR(10)", raw.SQLITE_NULL, "string")]
    [InlineData("blob", raw.SQLITE_NULL, "binary")]
    [InlineData("decimal(10,2)", raw.SQLITE_NULL, "double")]
    [InlineData(null, raw.SQLITE_NULL, "string")]
    public void Of_Column_ComesFromTheValueAndElseFromTheDeclaration(string? declared, int valueType, string expected) =>
        Assert.Equal(expected, ColumnType.Of(declared, valueType));
}
