using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Hosting;
using ControlPlane.Functions.Router;

namespace ControlPlane.Functions.Endpoints;

/// <summary>All figures.</summary>
internal sealed class MetricsText(RouterMetrics router, RoutingMetricsText routing, LookMetrics looks, MeterTotals meters)
{
    public string Write()
    {
        var text = new MetricsWriter();
        text.Head("controlplane_build_info", "gauge", "Always 1; the version is in the label.");
        text.Line("controlplane_build_info", $"version=\"{Product.Version}\"", 1);

        text.Head("controlplane_run_requests_total", "counter", "Requests to run something, by how they ended.");
        foreach (var outcome in Enum.GetValues<RunOutcome>())
            text.Line("controlplane_run_requests_total", $"outcome=\"{MetricsWriter.Snake(outcome.ToString())}\"", router.Count(outcome));
        WriteDurations(text);
        routing.Write(text);
        WriteLooks(text);
        foreach (var total in meters.Read().GroupBy(total => total.Name, StringComparer.Ordinal))
        {
            text.Head(total.Key, "counter", total.First().Description);
            foreach (var one in total)
                text.Line(one.Name, one.Labels, one.Value);
        }

        return text.ToString();
    }

    private void WriteDurations(MetricsWriter text)
    {
        const string name = "controlplane_run_request_duration_seconds";
        text.Head(name, "histogram", "Time from a request's arrival to the end of its answer.");
        text.Histogram(name, RouterMetrics.Bounds, router.CumulativeBuckets(), router.TotalSeconds);
    }

    private void WriteLooks(MetricsWriter text)
    {
        text.Head("controlplane_looks_total", "counter", "Looks at groups, by whether there was something new to store.");
        text.Line("controlplane_looks_total", "outcome=\"stored\"", looks.Stored);
        text.Line("controlplane_looks_total", "outcome=\"unchanged\"", looks.Unchanged);
        const string name = "controlplane_look_lateness_seconds";
        text.Head(name, "histogram", "How long after it was due a look at a group came.");
        text.Histogram(name, LookMetrics.Bounds, looks.CumulativeBuckets(), looks.TotalSeconds);
    }
}
