namespace ControlPlane.Functions.Router;

/// <summary>The parameters of a request that are the router's. All others are the engine's, and these are passed on too.</summary>
internal static class ParameterNames
{
    public const string Tags = "tags";
    public const string Strategy = "proxyStrategy";
}
