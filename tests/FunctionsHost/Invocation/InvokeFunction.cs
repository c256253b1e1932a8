using ControlPlane.FunctionsHost.Configuration;
using Newtonsoft.Json.Linq;

namespace ControlPlane.FunctionsHost.Invocation;

/// <summary>Calls a function in payload mode, with what its bindings give and take.</summary>
/// <param name="function">The function.</param>
/// <param name="data">The trigger's value, by the name of its binding.</param>
/// <param name="metadata">What is known of the trigger besides.</param>
/// <param name="cancellation">The host stops.</param>
internal delegate Task<InvocationResult> InvokeFunction(Function function, JObject data, JObject metadata, CancellationToken cancellation);
