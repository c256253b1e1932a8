using System.Globalization;
using System.Text;
using ControlPlane.Core.Backends;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Hosting;
using ControlPlane.Functions.Router;

namespace ControlPlane.Functions.Endpoints;

/// <summary>The figures in Prometheus' text format, version 0.0.4.</summary>
internal sealed class MetricsText(RouterMetrics router, Dispatcher dispatcher, WaitQueue queue, LookMetrics looks, MeterTotals meters)
{
    public string Write()
    {
        var text = new StringBuilder();
        Head(text, "controlplane_build_info", "gauge", "Always 1; the version is in the label.");
        Line(text, "controlplane_build_info", $"version=\"{Product.Version}\"", 1);

        Head(text, "controlplane_run_requests_total", "counter", "Requests to run something, by how they ended.");
        foreach (var outcome in Enum.GetValues<RunOutcome>())
            Line(text, "controlplane_run_requests_total", $"outcome=\"{Snake(outcome.ToString())}\"", router.Count(outcome));
        WriteDurations(text);

        Head(text, "controlplane_queued_requests", "gauge", "Requests that wait for a free backend.");
        Line(text, "controlplane_queued_requests", "", queue.Measure().Values.Sum(line => line.Count));
        WriteBackends(text);
        WriteLooks(text);
        foreach (var total in meters.Read().GroupBy(total => total.Name, StringComparer.Ordinal))
        {
            Head(text, total.Key, "counter", total.First().Description);
            foreach (var one in total)
                Line(text, one.Name, one.Labels, one.Value);
        }

        return text.ToString();
    }

    private void WriteDurations(StringBuilder text)
    {
        const string name = "controlplane_run_request_duration_seconds";
        Head(text, name, "histogram", "Time from a request's arrival to the end of its answer.");
        Histogram(text, name, RouterMetrics.Bounds, router.CumulativeBuckets(), router.TotalSeconds);
    }

    private void WriteLooks(StringBuilder text)
    {
        Head(text, "controlplane_looks_total", "counter", "Looks at groups, by whether there was something new to store.");
        Line(text, "controlplane_looks_total", "outcome=\"stored\"", looks.Stored);
        Line(text, "controlplane_looks_total", "outcome=\"unchanged\"", looks.Unchanged);
        const string name = "controlplane_look_lateness_seconds";
        Head(text, name, "histogram", "How long after it was due a look at a group came.");
        Histogram(text, name, LookMetrics.Bounds, looks.CumulativeBuckets(), looks.TotalSeconds);
    }

    private static void Histogram(StringBuilder text, string name, double[] bounds, IReadOnlyList<long> sums, double total)
    {
        for (var i = 0; i < bounds.Length; i++)
            Line(text, name + "_bucket", $"le=\"{bounds[i].ToString(CultureInfo.InvariantCulture)}\"", sums[i]);
        Line(text, name + "_bucket", "le=\"+Inf\"", sums[^1]);
        Line(text, name + "_sum", "", total);
        Line(text, name + "_count", "", sums[^1]);
    }

    private void WriteBackends(StringBuilder text)
    {
        var destinations = dispatcher.Table.All;
        Head(text, "controlplane_backend_jobs", "gauge", "Requests in flight to a backend from this router.");
        foreach (var destination in destinations)
            Line(text, "controlplane_backend_jobs", $"backend=\"{Escape(destination.Name)}\"", destination.InFlight);
        Head(text, "controlplane_backend_state", "gauge", "1 for the state that a backend is in, 0 for the others.");
        foreach (var destination in destinations)
        {
            foreach (var state in Enum.GetValues<BackendState>())
                Line(text, "controlplane_backend_state", $"backend=\"{Escape(destination.Name)}\",state=\"{Snake(state.ToString())}\"", destination.Backend.State == state ? 1 : 0);
        }
    }

    private static void Head(StringBuilder text, string name, string type, string help) =>
        text.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    private static void Line(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
            text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    private static string Snake(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) ? (i > 0 ? "_" : "") + char.ToLowerInvariant(c) : c.ToString()));

    private static string Escape(string label) =>
        label.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}
