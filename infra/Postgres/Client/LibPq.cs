using System.Runtime.InteropServices;

namespace ControlPlane.Infra.Postgres.Client;

/// <summary>PostgreSQL's own client library, as far as it is used; source: libpq-fe.h of PostgreSQL 15.</summary>
internal static partial class LibPq
{
    public const int ConnectionOk = 0;
    public const int ConnectionBad = 1;

    public const int PollingFailed = 0;
    public const int PollingReading = 1;
    public const int PollingOk = 3;

    public const int EmptyQuery = 0;
    public const int CommandOk = 1;
    public const int TuplesOk = 2;
    public const int CopyOut = 3;
    public const int CopyIn = 4;
    public const int CopyBoth = 8;
    public const int SingleTuple = 9;

    public const int DefaultVerbosity = 1;
    public const int VerboseVerbosity = 2;

    public const int DiagnosticSqlState = 'C';
    public const int DiagnosticMessage = 'M';
    public const int DiagnosticDetail = 'D';
    public const int DiagnosticPosition = 'P';

    private const string Library = "libpq.so.5";

    /// <summary>Whether it is installed.</summary>
    public static bool IsThere => NativeLibrary.TryLoad(Library, out _);

    [LibraryImport(Library, EntryPoint = "PQconnectStartParams", StringMarshalling = StringMarshalling.Utf8)]
    public static partial ConnectionHandle ConnectStart(string?[] keywords, string?[] values, int expandDatabaseName);

    [LibraryImport(Library, EntryPoint = "PQconnectPoll")]
    public static partial int ConnectPoll(ConnectionHandle connection);

    [LibraryImport(Library, EntryPoint = "PQsocket")]
    public static partial int Socket(ConnectionHandle connection);

    [LibraryImport(Library, EntryPoint = "PQfinish")]
    public static partial void Finish(nint connection);

    [LibraryImport(Library, EntryPoint = "PQstatus")]
    public static partial int Status(ConnectionHandle connection);

    [LibraryImport(Library, EntryPoint = "PQerrorMessage")]
    public static partial nint ErrorMessage(ConnectionHandle connection);

    [LibraryImport(Library, EntryPoint = "PQsetErrorVerbosity")]
    public static partial int SetErrorVerbosity(ConnectionHandle connection, int verbosity);

    [LibraryImport(Library, EntryPoint = "PQsetNoticeProcessor")]
    public static unsafe partial nint SetNoticeProcessor(
        ConnectionHandle connection, delegate* unmanaged[Cdecl]<nint, nint, void> processor, nint argument);

    [LibraryImport(Library, EntryPoint = "PQbackendPID")]
    public static partial int BackendPid(ConnectionHandle connection);

    [LibraryImport(Library, EntryPoint = "PQexec", StringMarshalling = StringMarshalling.Utf8)]
    public static partial ResultHandle Execute(ConnectionHandle connection, string sql);

    [LibraryImport(Library, EntryPoint = "PQexecParams", StringMarshalling = StringMarshalling.Utf8)]
    public static partial ResultHandle ExecuteWith(
        ConnectionHandle connection, string sql, int count, nint types, string?[] values, nint lengths, nint formats, int resultFormat);

    [LibraryImport(Library, EntryPoint = "PQsendQueryParams", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Send(
        ConnectionHandle connection, string sql, int count, nint types, string?[] values, nint lengths, nint formats, int resultFormat);

    [LibraryImport(Library, EntryPoint = "PQsetSingleRowMode")]
    public static partial int SetSingleRowMode(ConnectionHandle connection);

    [LibraryImport(Library, EntryPoint = "PQgetResult")]
    public static partial ResultHandle NextResult(ConnectionHandle connection);

    [LibraryImport(Library, EntryPoint = "PQclear")]
    public static partial void Clear(nint result);

    [LibraryImport(Library, EntryPoint = "PQresultStatus")]
    public static partial int ResultStatus(ResultHandle result);

    [LibraryImport(Library, EntryPoint = "PQresultErrorMessage")]
    public static partial nint ResultErrorMessage(ResultHandle result);

    [LibraryImport(Library, EntryPoint = "PQresultErrorField")]
    public static partial nint ResultErrorField(ResultHandle result, int field);

    [LibraryImport(Library, EntryPoint = "PQntuples")]
    public static partial int RowCount(ResultHandle result);

    [LibraryImport(Library, EntryPoint = "PQnfields")]
    public static partial int ColumnCount(ResultHandle result);

    [LibraryImport(Library, EntryPoint = "PQfname")]
    public static partial nint ColumnName(ResultHandle result, int column);

    [LibraryImport(Library, EntryPoint = "PQftype")]
    public static partial uint ColumnType(ResultHandle result, int column);

    [LibraryImport(Library, EntryPoint = "PQgetisnull")]
    public static partial int IsNull(ResultHandle result, int row, int column);

    [LibraryImport(Library, EntryPoint = "PQgetvalue")]
    public static partial nint Value(ResultHandle result, int row, int column);

    [LibraryImport(Library, EntryPoint = "PQgetlength")]
    public static partial int Length(ResultHandle result, int row, int column);

    [LibraryImport(Library, EntryPoint = "PQcmdStatus")]
    public static partial nint CommandTag(ResultHandle result);

    [LibraryImport(Library, EntryPoint = "PQcmdTuples")]
    public static partial nint AffectedRows(ResultHandle result);

    [LibraryImport(Library, EntryPoint = "PQgetCancel")]
    public static partial CancelHandle GetCancel(ConnectionHandle connection);

    [LibraryImport(Library, EntryPoint = "PQcancel")]
    public static partial int Cancel(CancelHandle cancel, ref byte message, int size);

    [LibraryImport(Library, EntryPoint = "PQfreeCancel")]
    public static partial void FreeCancel(nint cancel);

    [LibraryImport(Library, EntryPoint = "PQencryptPasswordConn", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint EncryptPassword(ConnectionHandle connection, string password, string user, string algorithm);

    [LibraryImport(Library, EntryPoint = "PQfreemem")]
    public static partial void FreeMemory(nint memory);

    [LibraryImport(Library, EntryPoint = "PQgetCopyData")]
    public static partial int GetCopyData(ConnectionHandle connection, out nint buffer, int isAsynchronous);

    [LibraryImport(Library, EntryPoint = "PQputCopyData")]
    public static partial int PutCopyData(ConnectionHandle connection, nint buffer, int bytes);

    [LibraryImport(Library, EntryPoint = "PQputCopyEnd", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int PutCopyEnd(ConnectionHandle connection, string? error);

    /// <summary>poll(2).</summary>
    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(ref PollDescriptor descriptor, nuint count, int timeoutMilliseconds);

    /// <summary>What <c>poll</c> waits for; source: poll.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PollDescriptor
    {
        public const short Readable = 1;
        public const short Writable = 4;

        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
