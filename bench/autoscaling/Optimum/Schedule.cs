namespace ControlPlane.Bench.Autoscaling.Optimum;

/// <summary>How many instances serve in each step, and what that costs.</summary>
/// <param name="Ready">Serving instances in each step.</param>
/// <param name="BilledSteps">Instance-steps paid, from order to end.</param>
public sealed record Schedule(int[] Ready, long BilledSteps);
