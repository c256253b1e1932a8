namespace ControlPlane.Functions.Router.Forwarding;

/// <summary>What became of some received bytes of a body.</summary>
/// <param name="State">Whether the body goes on, is complete, or is malformed.</param>
/// <param name="Consumed">How many of the bytes were used.</param>
/// <param name="Payload">How many of those, the last ones, are content and not framing.</param>
internal readonly record struct BodyStep(BodyState State, int Consumed, int Payload);
