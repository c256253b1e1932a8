using ControlPlane.Core.Backends;
using ControlPlane.Functions.Router;
using ControlPlane.Functions.Router.Holding;

namespace ControlPlane.Functions.Endpoints;

/// <summary>The figures of what waits, what is held, and of each backend and group.</summary>
internal sealed class RoutingMetricsText(Dispatcher dispatcher, WaitQueue queue, HoldLine held)
{
    public void Write(MetricsWriter text)
    {
        text.Head("controlplane_queued_requests", "gauge", "Requests that wait for a free backend.");
        text.Line("controlplane_queued_requests", "", queue.Measure().Values.Sum(line => line.Count));
        WriteGroups(text);
        WriteBackends(text);
    }

    private void WriteGroups(MetricsWriter text)
    {
        var groups = dispatcher.Table.Groups;
        text.Head("controlplane_held_requests", "gauge", "Requests that are held while a group switches from one side to the other.");
        foreach (var group in groups)
            text.Line("controlplane_held_requests", $"group=\"{MetricsWriter.Escape(group.Tag)}\"", held.Measure(group.Tag).Now);
        text.Head("controlplane_group_epoch", "gauge", "The epoch of a group that was ever upgraded; it rises with every switch.");
        foreach (var group in groups)
            text.Line("controlplane_group_epoch", $"group=\"{MetricsWriter.Escape(group.Tag)}\"", group.Epoch);
    }

    private void WriteBackends(MetricsWriter text)
    {
        var destinations = dispatcher.Table.All;
        text.Head("controlplane_backend_jobs", "gauge", "Requests in flight to a backend from this router.");
        foreach (var destination in destinations)
            text.Line("controlplane_backend_jobs", $"backend=\"{MetricsWriter.Escape(destination.Name)}\"", destination.InFlight);
        text.Head("controlplane_backend_state", "gauge", "1 for the state that a backend is in, 0 for the others.");
        foreach (var destination in destinations)
        {
            foreach (var state in Enum.GetValues<BackendState>())
                text.Line("controlplane_backend_state", $"backend=\"{MetricsWriter.Escape(destination.Name)}\",state=\"{MetricsWriter.Snake(state.ToString())}\"", destination.Backend.State == state ? 1 : 0);
        }
    }
}
