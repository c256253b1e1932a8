namespace ControlPlane.FunctionsHost.Configuration;

/// <summary>A published root that the host would not run, or would run in part only.</summary>
/// <param name="faults">Each fault, with the file it is in.</param>
public sealed class HostConfigurationException(IReadOnlyList<string> faults) : Exception(string.Join(Environment.NewLine, faults))
{
    /// <summary>Each fault, with the file it is in.</summary>
    public IReadOnlyList<string> Faults { get; } = faults;
}
