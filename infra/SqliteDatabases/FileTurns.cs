using System.Collections.Concurrent;
using ControlPlane.Core.Databases;
using Microsoft.Data.Sqlite;

namespace ControlPlane.Infra.SqliteDatabases;

/// <summary>
/// Lets one piece of work use a file at a time in this process, on a thread of its own. Two at once would do harm: when any
/// descriptor of a file is closed, the process loses all locks that SQLite holds on it; see fcntl(2), and "How To Corrupt An
/// SQLite Database File", 2.2.
/// </summary>
internal static class FileTurns
{
    private static readonly ConcurrentDictionary<string, SemaphoreSlim> Turns = new(StringComparer.Ordinal);

    /// <summary>Waits for the file, and works on it.</summary>
    /// <exception cref="DatabaseFailedException">SQLite or the disk refused.</exception>
    public static async Task<T> RunAsync<T>(string file, Func<T> work, CancellationToken cancellation)
    {
        var turn = TurnOf(file);
        await turn.WaitAsync(cancellation);
        return await RunInTurnAsync(turn, file, work, cancellation);
    }

    /// <summary>Works on the file if nothing here does; otherwise gives null.</summary>
    /// <exception cref="DatabaseFailedException">SQLite or the disk refused.</exception>
    public static async Task<T?> TryRunAsync<T>(string file, Func<T> work, CancellationToken cancellation)
        where T : class
    {
        var turn = TurnOf(file);
        return await turn.WaitAsync(TimeSpan.Zero, cancellation) ? await RunInTurnAsync(turn, file, work, cancellation) : null;
    }

    private static SemaphoreSlim TurnOf(string file) => Turns.GetOrAdd(file, _ => new SemaphoreSlim(1, 1));

    private static async Task<T> RunInTurnAsync<T>(SemaphoreSlim turn, string file, Func<T> work, CancellationToken cancellation)
    {
        try
        {
            return await Task.Factory.StartNew(work, cancellation, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
        }
        catch (SqliteException failure)
        {
            throw new DatabaseFailedException($"{file}: {failure.Message}", failure) { Code = $"SQLite {failure.SqliteErrorCode}" };
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DatabaseFailedException($"{file}: {failure.Message}", failure);
        }
        finally
        {
            turn.Release();
        }
    }
}
