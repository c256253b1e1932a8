namespace ControlPlane.Core.Groups;

/// <summary>The two sides of a group: one serves, the other is being made ready or kept for the way back.</summary>
public enum Colour
{
    /// <summary>The side that every group begins with.</summary>
    Blue,

    /// <summary>The other one.</summary>
    Green,
}

/// <summary>What goes with the two colours.</summary>
public static class Colours
{
    /// <summary>The other side.</summary>
    public static Colour Other(this Colour colour) => colour == Colour.Blue ? Colour.Green : Colour.Blue;
}
