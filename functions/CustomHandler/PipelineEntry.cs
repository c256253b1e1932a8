namespace ControlPlane.Functions.CustomHandler;

/// <summary>The beginning of the process's own pipeline, for requests that do not come from the network.</summary>
internal sealed class PipelineEntry
{
    private RequestDelegate? _first;

    public void Use(RequestDelegate first) => _first = first;

    public Task InvokeAsync(HttpContext context) =>
        (_first ?? throw new InvalidOperationException("The pipeline is not built yet."))(context);
}
