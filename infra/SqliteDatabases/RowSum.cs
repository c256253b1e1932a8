using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ControlPlane.Infra.SqliteDatabases;

/// <summary>
/// Counts rows and adds up their hashes, 128 bits of SHA-256 each, so that their order does not matter. Values count as they
/// are stored, with their type: 1, 1.0, '1' and x'31' differ, and so do NULL and ''.
/// </summary>
internal sealed class RowSum
{
    private readonly ArrayBufferWriter<byte> _row = new();

    /// <summary>How many there were.</summary>
    public long Rows { get; private set; }

    /// <summary>The sum of their hashes, modulo 2^128.</summary>
    public UInt128 Hash { get; private set; }

    /// <summary>Adds a row.</summary>
    public bool Add(SqliteDataReader reader, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        _row.ResetWrittenCount();
        for (var column = 0; column < reader.FieldCount; column++)
            AddValue(reader.Handle!, column);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(_row.WrittenSpan, hash);
        unchecked
        {
            Hash += BinaryPrimitives.ReadUInt128LittleEndian(hash);
        }

        Rows++;
        return true;
    }

    /// <summary>The type first and then as many bytes as it says, so that no two rows read the same.</summary>
    private void AddValue(sqlite3_stmt statement, int column)
    {
        var type = raw.sqlite3_column_type(statement, column);
        _row.Write([(byte)type]);
        switch (type)
        {
            case raw.SQLITE_INTEGER:
                AddNumber(raw.sqlite3_column_int64(statement, column));
                break;
            case raw.SQLITE_FLOAT:
                AddNumber(BitConverter.DoubleToInt64Bits(raw.sqlite3_column_double(statement, column)));
                break;
            case raw.SQLITE_TEXT or raw.SQLITE_BLOB:
                var bytes = raw.sqlite3_column_blob(statement, column);
                AddNumber(bytes.Length);
                _row.Write(bytes);
                break;
        }
    }

    private void AddNumber(long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        _row.Write(bytes);
    }
}
