namespace ControlPlane.Durable.Model;

/// <summary>An activity throws this when another attempt cannot help.</summary>
public sealed class NonRetriableException : Exception
{
    /// <summary>Says what cannot be mended by trying again.</summary>
    public NonRetriableException(string message)
        : base(message)
    {
    }

    /// <summary>Says what cannot be mended by trying again, and what caused it.</summary>
    public NonRetriableException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
