using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace ControlPlane.Infra.Sqlite;

/// <summary>What the writer does, for the meter "ControlPlane.Sqlite".</summary>
internal sealed class SqliteMetrics : IDisposable
{
    private readonly Meter _meter = new("ControlPlane.Sqlite");
    private readonly Histogram<double> _commitSeconds;
    private readonly Histogram<int> _commitSize;

    public SqliteMetrics()
    {
        _commitSeconds = _meter.CreateHistogram<double>("controlplane.sqlite.commit.duration", "s", "Time of one commit with all pieces in it.");
        _commitSize = _meter.CreateHistogram<int>("controlplane.sqlite.commit.size", "{piece}", "Pieces of work that shared one commit.");
        _meter.CreateObservableGauge("controlplane.sqlite.queue.length", () => QueueLength(), "{piece}", "Pieces of work that wait for the writer.");
    }

    /// <summary>How long the writer's queue is.</summary>
    public Func<int> QueueLength { get; set; } = () => 0;

    /// <summary>Measures one commit until it is disposed.</summary>
    public Measured Commit(int pieces)
    {
        _commitSize.Record(pieces);
        return new(_commitSeconds, Stopwatch.GetTimestamp());
    }

    public void Dispose() => _meter.Dispose();

    /// <summary>A running measurement.</summary>
    public readonly record struct Measured(Histogram<double> Seconds, long Started) : IDisposable
    {
        public void Dispose() => Seconds.Record(Stopwatch.GetElapsedTime(Started).TotalSeconds);
    }
}
