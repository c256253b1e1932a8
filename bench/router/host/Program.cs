using ControlPlane.Functions.Router.Forwarding;

// The forwarder with nothing around it but a turn-taking choice: forwarder-host <port> <backend url>...
var port = int.Parse(args[0]);
var options = new UpstreamOptions();
Upstream[] upstreams = [.. args[1..].Select(url => new Upstream(new Uri(url), options, TimeProvider.System))];
var next = 0u;

var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.UseForwarding().ConfigureKestrel(kestrel => kestrel.ListenLocalhost(port));

var app = builder.Build();
app.MapPost("/run/script", async context =>
{
    var upstream = upstreams[Interlocked.Increment(ref next) % (uint)upstreams.Length];
    var outcome = await Forwarder.ForwardAsync(context, upstream);
    if (outcome != ForwardOutcome.Completed && !context.Response.HasStarted)
        context.Response.StatusCode = StatusCodes.Status502BadGateway;
});
app.MapGet("/gc", () => $"{GC.CollectionCount(0)} {GC.CollectionCount(1)} {GC.CollectionCount(2)} {GC.GetTotalAllocatedBytes()} {GC.GetTotalPauseDuration().TotalMilliseconds}\n");
app.Run();
