using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace ControlPlane.Infra.Postgres.Client;

/// <summary>
/// Makes a connection step by step rather than by <c>PQconnectdb</c>: only so can the server be asked for the SQLSTATE of a
/// refused login, which libpq gives nowhere but in the text of its most detailed messages.
/// </summary>
internal static partial class PgOpening
{
    public static ConnectionHandle Open(PgSettings settings)
    {
        var handle = Begin(settings);
        try
        {
            Wait(handle, settings.ConnectTimeout);
            _ = LibPq.SetErrorVerbosity(handle, LibPq.DefaultVerbosity);
            return handle;
        }
        catch (PgFailure)
        {
            handle.Dispose();
            throw;
        }
    }

    private static unsafe ConnectionHandle Begin(PgSettings settings)
    {
        var parameters = settings.Parameters().ToList();
        if (parameters.Exists(one => one.Value.Contains('\0', StringComparison.Ordinal)))
            throw new PgFailure("A name, a password or a setting of the connection holds a NUL character.") { SqlState = PgFailure.ConnectionRefused };
        var handle = LibPq.ConnectStart(
            [.. parameters.Select(one => one.Keyword), null], [.. parameters.Select(one => one.Value), null], expandDatabaseName: 0);
        if (handle.IsInvalid)
            throw new PgFailure("There is no memory for a connection.") { SqlState = PgFailure.ConnectionRefused };
        _ = LibPq.SetErrorVerbosity(handle, LibPq.VerboseVerbosity);

        // Without it libpq writes what the server remarks onto this process's standard error.
        _ = LibPq.SetNoticeProcessor(handle, &Ignore, 0);
        return handle;
    }

    private static void Wait(ConnectionHandle handle, TimeSpan timeout)
    {
        var start = Stopwatch.GetTimestamp();
        if (LibPq.Status(handle) == LibPq.ConnectionBad)
            throw Failure(handle);
        for (var readable = false; ;)
        {
            var left = timeout - Stopwatch.GetElapsedTime(start);
            var descriptor = new LibPq.PollDescriptor
            {
                Descriptor = LibPq.Socket(handle),
                Events = readable ? LibPq.PollDescriptor.Readable : LibPq.PollDescriptor.Writable,
            };
            var ready = left > TimeSpan.Zero ? LibPq.Poll(ref descriptor, 1, (int)Math.Ceiling(left.TotalMilliseconds)) : 0;
            if (ready == 0)
                throw Late(timeout);

            // Less than zero is a signal that came between.
            if (ready < 0)
                continue;
            switch (LibPq.ConnectPoll(handle))
            {
                case LibPq.PollingOk:
                    return;
                case LibPq.PollingFailed:
                    throw Failure(handle);
                case var state:
                    readable = state == LibPq.PollingReading;
                    break;
            }
        }
    }

    private static PgFailure Late(TimeSpan timeout) =>
        new($"The server did not answer within {timeout.TotalSeconds:0.#} s.") { SqlState = PgFailure.ConnectionRefused, IsConnectionLost = true };

    private static PgFailure Failure(ConnectionHandle handle)
    {
        var text = Marshal.PtrToStringUTF8(LibPq.ErrorMessage(handle))?.Trim() ?? "";
        var last = ServerMessage().Matches(text).LastOrDefault();
        return new PgFailure(last?.Groups["message"].Value.Trim() ?? (text.Length > 0 ? text : "The connection could not be made."))
        {
            SqlState = last?.Groups["code"].Value ?? PgFailure.ConnectionRefused,
            IsConnectionLost = true,
        };
    }

    /// <summary>Such as <c>FATAL:  28000: role "x" is not permitted to log in</c>; the first word is in the server's language.</summary>
    [GeneratedRegex(@": *\p{L}+:  (?<code>[0-9A-Z]{5}): (?<message>[^\n]*)")]
    private static partial Regex ServerMessage();

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Ignore(nint argument, nint message)
    {
    }
}
