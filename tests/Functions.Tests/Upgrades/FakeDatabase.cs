using System.Collections.Concurrent;
using ControlPlane.Core.Databases;

namespace ControlPlane.Functions.Tests.Upgrades;

/// <summary>
/// A server whose databases are sets of ids. It fails where a test says so, before or after it has done what it was asked,
/// as a server that dies would.
/// </summary>
internal sealed class FakeDatabase : IDatabaseServer, IDatabaseFence, IDatabaseCopies, IDatabaseReplication
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<string>> _databases = new(StringComparer.Ordinal) { ["shop"] = [] };
    private readonly Dictionary<string, (string Database, bool CanLogIn, bool IsReadOnly)> _accounts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _backups = new(StringComparer.Ordinal);
    private readonly HashSet<(string From, string To)> _links = [];

    public string Name => "main";

    public DatabaseAddress Address { get; } = new("fake", "nowhere", 1);

    public IDatabaseFence Fence => this;

    public IDatabaseCopies Copies => this;

    public IDatabaseReplication? Replication => HasReplication && !IsFile ? this : null;

    /// <summary>Whether its databases are files: whoever has one open goes on writing to it, and nobody counts what is written.</summary>
    public bool IsFile { get; set; }

    /// <summary>Engines that have a database open, by account.</summary>
    public Func<string, IReadOnlyList<string>> EnginesOf { get; set; } = _ => [];

    public bool NeedsEnginesStopped => IsFile;

    public bool HasReplication { get; set; } = true;

    /// <summary>Since when writes are counted; null when they are not.</summary>
    public string? CountsSince { get; set; } = "the beginning";

    /// <summary>Tables that a description has left out, for each call.</summary>
    public ConcurrentQueue<IReadOnlyCollection<string>> LeftOut { get; } = [];

    /// <summary>What may go wrong with a copy that follows.</summary>
    public string? Risk { get; set; }

    /// <summary>Why copies that follow stand still; null when they do not.</summary>
    public string? Standstill { get; set; }

    /// <summary>Whether the account can write all the same once it was shut out.</summary>
    public bool IsFenceWeak { get; set; }

    /// <summary>Asked at the beginning and at the end of each call; throws to fail it.</summary>
    public Action<string> OnCall { get; set; } = _ => { };

    /// <summary>Holds a copy up.</summary>
    public Task Copying { get; set; } = Task.CompletedTask;

    /// <summary>Changes a copy once it is made.</summary>
    public Action<List<string>> Tamper { get; set; } = _ => { };

    public IReadOnlyCollection<string> Databases => Locked(() => _databases.Keys.ToList());

    public IReadOnlyList<string> Read(string database) => Locked(() => _databases[database].ToList());

    public bool CanLogIn(string account) => Locked(() => _accounts.TryGetValue(account, out var found) && found.CanLogIn);

    /// <summary>Writes as an engine does. False when its account may not.</summary>
    public bool TryWrite(DatabaseLogin login, string id) => Locked(() =>
    {
        if (!_accounts.TryGetValue(login.Account.Name, out var account) || !account.CanLogIn || account.IsReadOnly || account.Database != login.Name)
            return false;
        _databases[login.Name].Add(id);
        foreach (var (_, to) in _links.Where(link => link.From == login.Name))
            _databases[to].Add(id);
        return true;
    });

    public Task<DatabaseInspection> InspectAsync(string database, CancellationToken cancellation) => CallAsync("inspect", () =>
        new DatabaseInspection { Version = "1", Bytes = 100 * Locked(() => _databases[database].Count) });

    public Task<DatabaseManifest> DescribeAsync(string database, DescribeOrder order, CancellationToken cancellation) => CallAsync("describe", () =>
    {
        LeftOut.Enqueue(order.Except);
        var rows = Locked(() => _databases[database].Order(StringComparer.Ordinal).ToList());
        var tables = new Dictionary<string, TableFigures> { ["events"] = new(rows.Count, string.Join(',', rows)) };
        return new DatabaseManifest
        {
            Tables = tables.Where(table => !order.Except.Contains(table.Key)).ToDictionary(),
            SchemaHash = "s",
            GrantsHash = "g",
        };
    });

    public Task<WriteCounts?> CountWritesAsync(string database, CancellationToken cancellation) => CallAsync("count", () => CountsSince is { } since && !IsFile
        ? new WriteCounts(since, new Dictionary<string, TableWrites> { ["events"] = new("1", Locked(() => _databases[database].Count)) })
        : null);

    public Task EnsureAsync(string database, string owner, DatabaseAccount account, CancellationToken cancellation) => CallAsync(
        "ensure", () => Locked(() => _accounts.TryAdd(account.Name, (database, true, account.IsReadOnly))));

    public Task AdmitAsync(string database, string owner, DatabaseAccount account, CancellationToken cancellation) => CallAsync(
        "admit", () => Locked(() => _accounts[account.Name] = (database, true, account.IsReadOnly)));

    public Task ExcludeAsync(string database, string account, TimeSpan patience, CancellationToken cancellation) => CallAsync("exclude", () => Locked(() =>
    {
        if (IsFile && EnginesOf(account) is { Count: > 0 } engines)
            throw new DatabaseFailedException($"{database} is open by {string.Join(", ", engines)}");
        if (_accounts.TryGetValue(account, out var found))
            _accounts[account] = found with { CanLogIn = IsFenceWeak };
        return true;
    }));

    public Task<FenceProof> ProveAsync(string database, DatabaseAccount account, CancellationToken cancellation) => CallAsync("prove", () =>
        new FenceProof { Tries = [new FenceTry("write", CanLogIn(account.Name) ? FenceOutcome.Written : FenceOutcome.Refused)] });

    public Task RemoveAsync(string account, CancellationToken cancellation) => CallAsync("remove", () => Locked(() => _accounts.Remove(account)));

    public Task<Backup> BackUpAsync(string database, string folder, IProgress<CopyProgress> progress, CancellationToken cancellation) => CallAsync("back up", () =>
    {
        Locked(() => _backups[folder] = [.. _databases[database]]);
        return new Backup(folder, 1, 1, "abc");
    });

    public Task RestoreAsync(string folder, string database, IProgress<CopyProgress> progress, CancellationToken cancellation) =>
        CallAsync("restore", () => Locked(() => _databases[database] = [.. _backups[folder]]));

    public async Task CopyAsync(CopyOrder order, IProgress<CopyProgress> progress, CancellationToken cancellation)
    {
        await Copying.WaitAsync(cancellation);
        await CallAsync("copy", () => Locked(() => _databases[order.To] = [.. _databases[order.From]]));
        Locked(() => Apply(order.To));
    }

    public Task GatherStatisticsAsync(string database, int workers, CancellationToken cancellation) => CallAsync("gather statistics", () => true);

    public Task<bool> ExistsAsync(string database, CancellationToken cancellation) => CallAsync("exists", () => Locked(() => _databases.ContainsKey(database)));

    public Task DropAsync(string database, CancellationToken cancellation) => CallAsync("drop", () => Locked(() =>
        database == "shop" ? throw new InvalidOperationException("shop was not made here") : _databases.Remove(database)));

    public Task<string?> FindObstacleAsync(string database, CancellationToken cancellation) => CallAsync("find obstacle", () => (string?)null);

    public Task<string?> FindRiskAsync(string database, CancellationToken cancellation) => CallAsync("find risk", () => Risk);

    public Task StartAsync(string from, string to, bool hasData, CancellationToken cancellation) => CallAsync("follow", () => Locked(() =>
    {
        if (!hasData && _links.Add((from, to)))
            _databases[to] = [.. _databases[from]];
        _links.Add((from, to));
        Apply(to);
        return true;
    }));

    public Task<ReplicationState> ReadAsync(string from, string to, CancellationToken cancellation) =>
        CallAsync("read lag", () =>
            new ReplicationState(true, 0, new CopyProgress(1, 1), Locked(() => _links.Contains((from, to))) ? Standstill : "it does not follow"));

    public Task CatchUpAsync(string from, string to, TimeSpan patience, CancellationToken cancellation) => CallAsync("catch up", () => Standstill is { } failure ? throw new DatabaseFailedException(failure) : true);

    public Task StopAsync(string from, string to, bool takesCounters, CancellationToken cancellation) =>
        CallAsync("stop following", () => Locked(() => _links.Remove((from, to))));

    private bool Apply(string database)
    {
        Tamper(_databases[database]);
        return true;
    }

    private async Task<T> CallAsync<T>(string what, Func<T> call)
    {
        await Task.Yield();
        OnCall(what);
        var result = call();
        OnCall($"{what} done");
        return result;
    }

    private T Locked<T>(Func<T> read)
    {
        lock (_gate)
        {
            try
            {
                return read();
            }
            catch (KeyNotFoundException failure)
            {
                throw new DatabaseFailedException("there is no such database", failure);
            }
        }
    }
}
