namespace ControlPlane.Functions.Http;

/// <summary>Some paths that belong together.</summary>
internal interface IEndpointGroup
{
    void Map(IEndpointRouteBuilder app);
}
