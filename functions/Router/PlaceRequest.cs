using ControlPlane.Core.Routing;
using ControlPlane.Functions.Router.Holding;

namespace ControlPlane.Functions.Router;

/// <summary>What a place is wanted for.</summary>
/// <param name="Tags">The request's comma list of tags.</param>
/// <param name="Strategy">How to choose.</param>
/// <param name="Tried">Backends that could not be reached for this request; they are not chosen again.</param>
/// <param name="Kind">What the request does.</param>
internal readonly record struct PlaceRequest(
    string Tags, PickStrategy Strategy, IReadOnlyCollection<Destination>? Tried = null, RequestKind Kind = RequestKind.Unknown);
