using ControlPlane.Core.Storage;
using ControlPlane.Infra.Sqlite;

namespace ControlPlane.Infra.Tests.Sqlite;

[Collection(nameof(AloneInTheProcess))]
public sealed class SqliteFileTests : IDisposable
{
    private readonly TemporaryState _state = new();

    public void Dispose() => _state.Dispose();

    [Fact]
    public void Open_InUse_Throws()
    {
        var exception = Assert.Throws<StateInUseException>(() => SqliteFile.Open(_state.Path));

        Assert.Contains(_state.Path, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_NewerVersion_ThrowsNamingBoth()
    {
        await _state.File.WriteAsync(session => session.Execute("PRAGMA user_version = 99"), default);

        var exception = await Assert.ThrowsAsync<StateVersionException>(_state.ReopenAsync);

        Assert.Equal((99, 1), (exception.Found, exception.Known));
        Assert.Contains("has version 99, and this program knows versions up to 1", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_AfterAFailure_DoesNotHoldTheFile()
    {
        await _state.File.WriteAsync(session => session.Execute("PRAGMA user_version = 99"), default);
        await Assert.ThrowsAsync<StateVersionException>(_state.ReopenAsync);

        Assert.Throws<StateVersionException>(() => SqliteFile.Open(_state.Path));
    }

    [Fact]
    public void Open_FolderIsAFile_SaysThatItCannotBeWritten()
    {
        var path = Path.Combine(_state.Path, "below", "state.db");

        var exception = Assert.Throws<StateUnwritableException>(() => SqliteFile.Open(path));

        Assert.Contains(path, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_NotADatabase_SaysSo()
    {
        var path = _state.Path + ".txt";
        File.WriteAllText(path, new string('x', 4096));

        Assert.Throws<StateUnwritableException>(() => SqliteFile.Open(path));
    }

    [Fact]
    public void Open_NewFile_IsReadableByItsOwnerOnly() =>
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_state.Path));

    [Fact]
    public async Task Open_Writer_FlushesEachCommitAndLogsAhead()
    {
        var (journal, synchronous) = await _state.File.WriteAsync(
            session => (session.First("PRAGMA journal_mode", row => row.GetString(0)), session.Number("PRAGMA synchronous")), default);

        Assert.Equal(("wal", 2), (journal, synchronous));
    }

    [Fact]
    public void LibraryVersion_OnASystemWithSqlite_IsTheSystems()
    {
        var system = new[] { "/usr/lib/x86_64-linux-gnu/libsqlite3.so.0", "/usr/lib/aarch64-linux-gnu/libsqlite3.so.0" }.Any(File.Exists);

        Assert.EndsWith(system ? "(libsqlite3.so.0)" : ")", SqliteFile.LibraryVersion, StringComparison.Ordinal);
        Assert.Matches(@"^3\.\d+\.\d+ ", SqliteFile.LibraryVersion);
    }

    [Fact]
    public async Task WriteAsync_OneThrows_OthersOfTheBatchAreKept()
    {
        using var gate = new ManualResetEventSlim();
        var blocking = _state.File.WriteAsync(_ => gate.Wait(TimeSpan.FromSeconds(30)), default);
        var good = _state.File.WriteAsync(session => session.Execute("INSERT INTO messages (orchestration, event) VALUES ('good', x'')"), default);
        var bad = _state.File.WriteAsync<int>(
            session =>
            {
                session.Execute("INSERT INTO messages (orchestration, event) VALUES ('bad', x'')");
                throw new InvalidOperationException("changed my mind");
            },
            default);
        var alsoGood = _state.File.WriteAsync(session => session.Execute("INSERT INTO messages (orchestration, event) VALUES ('good', x'')"), default);

        gate.Set();
        await Assert.ThrowsAsync<InvalidOperationException>(() => bad);
        await Task.WhenAll(blocking, good, alsoGood);

        var kept = await _state.File.ReadAsync(session => session.Query("SELECT orchestration FROM messages", row => row.GetString(0)), default);
        Assert.Equal(["good", "good"], kept);
    }

    [Fact]
    public async Task WriteAsync_ManyAtOnce_ShareCommits()
    {
        const int count = 2_000;
        var commits = 0;
        using var listener = new System.Diagnostics.Metrics.MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "controlplane.sqlite.commit.size")
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<int>((_, _, _, _) => Interlocked.Increment(ref commits));
        listener.Start();

        await Task.WhenAll(Enumerable.Range(0, count).Select(_ =>
            _state.File.WriteAsync(session => session.Execute("INSERT INTO messages (orchestration, event) VALUES ('a', x'')"), default)));

        Assert.Equal(count, await _state.File.ReadAsync(session => session.Number("SELECT count(*) FROM messages"), default));
        Assert.InRange(commits, 1, count / 2);
    }

    [Fact]
    public async Task ReadAsync_AfterWriteAsync_SeesIt()
    {
        var store = new SqliteEntityStore(_state.File, TimeProvider.System);
        for (var number = 0; number < 200; number++)
        {
            await store.CommitAsync("t", "p", [new EntityChange.Upsert("a", $"{number}")]);
            Assert.Equal($"{number}", (await store.GetAsync("t", "p", "a"))?.Body);
        }
    }

    [Fact]
    public async Task DisposeAsync_WritesThatWait_AreFinished()
    {
        var writes = Enumerable.Range(0, 100).Select(_ => _state.File.WriteAsync(
            session => session.Execute("INSERT INTO messages (orchestration, event) VALUES ('a', x'')"), default)).ToList();

        await _state.ReopenAsync();

        await Task.WhenAll(writes);
        Assert.Equal(100, await _state.File.ReadAsync(session => session.Number("SELECT count(*) FROM messages"), default));
    }
}
