using SqlEngine.Data;
using SqlEngine.Options;

namespace SqlEngine.Postgres;

/// <summary>
/// A database on a PostgreSQL server, which engines share. What only reads goes over an account that may only read, when
/// there is one: it goes on while nobody may write.
/// </summary>
internal sealed class Database : IDatabase
{
    private readonly ConnectionPool _writers;
    private readonly ConnectionPool? _readers;

    /// <exception cref="PostgresFailure">It cannot be reached.</exception>
    public Database(PostgresOptions options, string name)
    {
        var settings = options.ToSettings(name, options.User, options.Password);
        Name = settings.ToString();
        _writers = new ConnectionPool(settings, options.Connections);
        if (options.Reader is { } reader)
            _readers = new ConnectionPool(options.ToSettings(name, reader, options.ReaderPassword), options.Connections);
        // A wrong address or password ends the engine now and not with its first script.
        _writers.Return(_writers.Take(CancellationToken.None), isSound: true);
    }

    public string Kind => "postgresql";

    /// <summary>Account, server and database.</summary>
    public string Name { get; }

    public bool KeepsSessions => false;

    public IConnection Connect(bool onlyReads, CancellationToken cancellation) =>
        new Connection(onlyReads && _readers is not null ? _readers : _writers, cancellation);

    public void Dispose()
    {
        _writers.Dispose();
        _readers?.Dispose();
    }
}
