using ControlPlane.Functions.Http;
using ControlPlane.Functions.Router;

namespace ControlPlane.Functions.Endpoints;

/// <summary>The paths that run something on an engine.</summary>
internal sealed class RunEndpoints(RunHandler handler) : IEndpointGroup
{
    private static readonly string[] Methods = ["GET", "POST"];

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapCalls("/run/script", new Call(Methods, Role.Operator, handler.RunScriptAsync));
        app.MapCalls("/run/sql", new Call(Methods, Role.Operator, handler.RunSqlAsync));
    }
}
