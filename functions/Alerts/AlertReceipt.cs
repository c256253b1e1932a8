namespace ControlPlane.Functions.Alerts;

/// <summary>The answer to a webhook whose alerts were taken.</summary>
/// <param name="Alerts">How many alerts it held.</param>
/// <param name="Matched">How many of them match a rule of some monitor. The others change nothing.</param>
/// <param name="Groups">How many groups are told of them.</param>
internal sealed record AlertReceipt(int Alerts, int Matched, int Groups);
