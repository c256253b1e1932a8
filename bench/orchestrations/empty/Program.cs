// The least that ASP.NET Core can be as a custom handler: what any handler written with it has to pay.
var port = Environment.GetEnvironmentVariable("FUNCTIONS_CUSTOMHANDLER_PORT");
var builder = WebApplication.CreateSlimBuilder(args);
builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
builder.Logging.ClearProviders();
var app = builder.Build();
app.MapGet("/", (RequestDelegate)(context => context.Response.WriteAsync("empty\n")));
await app.RunAsync();
