using System.Diagnostics.Metrics;
using System.Runtime.InteropServices;

namespace ControlPlane.Functions.Hosting;

/// <summary>
/// Adds up what the parts count with meters of their own, so that it can be read as metrics: counters as they are, and of
/// histograms how often and how much.
/// </summary>
internal sealed class MeterTotals : IDisposable
{
    private const string Ours = "ControlPlane.";

    private readonly MeterListener _listener = new();
    private readonly Dictionary<(string Name, string Labels), (Instrument Instrument, long Count, double Sum)> _totals = [];
    private readonly Lock _gate = new();

    public MeterTotals()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name.StartsWith(Ours, StringComparison.Ordinal) && !instrument.IsObservable)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>All totals, in the order of their names.</summary>
    public IReadOnlyList<Total> Read()
    {
        lock (_gate)
            return [.. _totals.SelectMany(pair => Of(pair.Value.Instrument, pair.Key.Labels, (pair.Value.Count, pair.Value.Sum))).OrderBy(total => total.Name + total.Labels, StringComparer.Ordinal)];
    }

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = Labels(tags);
        lock (_gate)
        {
            // By name: a part that was made anew goes on with the same figures.
            ref var total = ref CollectionsMarshal.GetValueRefOrAddDefault(_totals, (instrument.Name, labels), out _);
            total = (instrument, total.Count + 1, total.Sum + value);
        }
    }

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new string[tags.Length];
        for (var i = 0; i < tags.Length; i++)
            labels[i] = $"{tags[i].Key}=\"{tags[i].Value}\"";
        return string.Join(',', labels);
    }

    private static IEnumerable<Total> Of(Instrument instrument, string labels, (long Count, double Sum) total)
    {
        var name = instrument.Name.Replace('.', '_');
        var description = instrument.Description ?? "";
        if (instrument is Counter<long> or Counter<int> or Counter<double>)
            return [new(name + "_total", labels, total.Sum, description)];
        return [new(name + "_count", labels, total.Count, description), new(name + "_sum", labels, total.Sum, description)];
    }

    /// <summary>One figure.</summary>
    internal sealed record Total(string Name, string Labels, double Value, string Description);
}
