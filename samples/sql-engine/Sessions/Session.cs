using SqlEngine.Data;

namespace SqlEngine.Sessions;

/// <summary>An owner's connection with its temp tables; one script uses it at a time.</summary>
internal sealed class Session(string owner) : IDisposable
{
    public string Owner { get; } = owner;

    public SemaphoreSlim Turn { get; } = new(1);

    public IConnection? Connection { get; set; }

    /// <summary>Scripts that use the session or wait for their turn.</summary>
    public int Users { get; set; }

    public DateTimeOffset LastUsed { get; set; }

    public void Dispose()
    {
        Connection?.Dispose();
        Turn.Dispose();
    }
}
