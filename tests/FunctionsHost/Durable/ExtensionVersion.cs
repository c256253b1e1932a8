namespace ControlPlane.FunctionsHost.Durable;

/// <summary>Which Durable extension is played, where they differ. The names are those of the reference.</summary>
public enum ExtensionVersion
{
    /// <summary>October 2024, 2.x to 3.0.</summary>
    E24,

    /// <summary>3.19.0.</summary>
    E319,
}
