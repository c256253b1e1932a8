using ControlPlane.Core.Databases;
using ControlPlane.Infra.Postgres.Client;

namespace ControlPlane.Infra.Postgres;

/// <summary>
/// Keeps accounts from writing by taking their login and ending their sessions. Settings such as
/// <c>default_transaction_read_only</c> are no fence: a session can set them back.
/// </summary>
internal sealed class PostgresFence(AdminSessions sessions, TimeProvider time) : IDatabaseFence
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private readonly FenceProbe _probe = new(sessions.Options);

    /// <inheritdoc/>
    public async Task EnsureAsync(string database, string owner, DatabaseAccount account, CancellationToken cancellation)
    {
        if (!await sessions.OnServerAsync(server => Admission.Renew(server, account), cancellation))
            await AdmitAsync(database, owner, account, cancellation);
    }

    /// <inheritdoc/>
    public async Task AdmitAsync(string database, string owner, DatabaseAccount account, CancellationToken cancellation)
    {
        await sessions.OnServerAsync(server => Admission.Prepare(server, owner, account.Name), cancellation);
        await sessions.RunAsync(database, connection => Admission.OpenSchemas(connection, owner, account), cancellation);
        await sessions.OnServerAsync(server => Admission.Complete(server, database, owner, account), cancellation);
    }

    /// <inheritdoc/>
    public async Task ExcludeAsync(string database, string account, TimeSpan patience, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        await sessions.OnServerAsync(server => Admission.Withdraw(server, database, account), cancellation);
        while (await sessions.RunAsync(database, connection => EndSessions(connection, account), cancellation) is { Count: > 0 } left)
        {
            if (time.GetElapsedTime(start) > patience)
            {
                var who = string.Join(", ", left);
                throw new DatabaseFailedException($"Database {database} can still be written to after {patience.TotalSeconds:0.#} s: {who}.");
            }

            await Task.Delay(Pause, time, cancellation);
        }
    }

    /// <inheritdoc/>
    public async Task<FenceProof> ProveAsync(string database, DatabaseAccount account, CancellationToken cancellation)
    {
        var (mayLogIn, roles) = await sessions.RunAsync(database, connection => Writers.StateOf(connection, account.Name), cancellation);
        var tries = await _probe.TryAllAsync(database, account, roles, mayLogIn, cancellation);

        // Afterwards, because the tries' own sessions have ended by then.
        var left = await sessions.RunAsync(
            database, connection => (string[])
            [
                .. Writers.Sessions(connection, account.Name),
                .. Writers.Logins(connection).Select(role => $"{role}, which may log in and write"),
                .. Writers.Prepared(connection),
            ], cancellation);
        return new FenceProof { Tries = tries, Sessions = left };
    }

    /// <inheritdoc/>
    public async Task RemoveAsync(string account, CancellationToken cancellation)
    {
        var databases = await sessions.OnServerAsync(server => Admission.DatabasesWith(server, account), cancellation);
        foreach (var database in databases)
            await sessions.RunAsync(database, connection => Admission.Disown(connection, account), cancellation);
        await sessions.OnServerAsync(server => Admission.Remove(server, account), cancellation);
    }

    /// <summary>What is left once everything has been told to end.</summary>
    private static IReadOnlyList<string> EndSessions(PgConnection connection, string account)
    {
        // Who is just logging in is looked at first: it stands among the sessions before it is done with that.
        var entering = Writers.Entering(connection);
        var left = Writers.Sessions(connection, account);
        Writers.End(connection, account);
        return [.. entering, .. left, .. Writers.Prepared(connection)];
    }
}
