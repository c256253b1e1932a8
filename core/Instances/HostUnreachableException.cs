namespace ControlPlane.Core.Instances;

/// <summary>A machine does not answer, so that nothing is known of what runs on it: it may be dead, and it may be at work.</summary>
public sealed class HostUnreachableException : Exception
{
    /// <summary>Makes one without a message.</summary>
    public HostUnreachableException()
    {
    }

    /// <summary>Makes one that says which machine and what happened.</summary>
    public HostUnreachableException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one that says which machine and what happened, and from what.</summary>
    public HostUnreachableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Whether it is certain that the call has done nothing there, because it did not get so far as to be heard; default false.</summary>
    public bool IsUnheard { get; init; }
}
