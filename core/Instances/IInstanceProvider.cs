using ControlPlane.Core.Profiles;

namespace ControlPlane.Core.Instances;

/// <summary>
/// Makes instances and takes them apart. Every call may come again after a crash and must then find what the first
/// one did: the instance's name is the key.
/// </summary>
public interface IInstanceProvider
{
    /// <summary>The name that monitors choose it by.</summary>
    string Name { get; }

    /// <summary>How many instances it has room for.</summary>
    int Slots { get; }

    /// <summary>Whether it can start instances of a profile.</summary>
    bool CanStart(EngineProfile profile);

    /// <summary>How long its instances of a profile may take to start and to stop; the defaults for a profile that it cannot start.</summary>
    StartLimits LimitsOf(EngineProfile profile);

    /// <summary>Starts an instance in its slot, or finds the one of that name that was started before.</summary>
    /// <exception cref="InstanceFailedException">It cannot be started; the message says why.</exception>
    Task<InstanceHandle> CreateAsync(StartOrder order, CancellationToken cancellation);

    /// <summary>
    /// Whether what the handle stands for still exists and runs. True also when that cannot be found out, as with a machine
    /// that does not answer: what is not known to be dead is not replaced, and its health check says whether it serves.
    /// </summary>
    Task<bool> IsAliveAsync(InstanceHandle handle, CancellationToken cancellation);

    /// <summary>Stops exactly the instance of that name and waits until nothing of it runs. Does nothing when there is none.</summary>
    /// <exception cref="HostUnreachableException">Its machine, or one that may be its machine, does not answer; something of it may run.</exception>
    Task DestroyAsync(string name, TimeSpan grace, CancellationToken cancellation);

    /// <summary>
    /// The names of all instances of this control plane that can be seen, also those that no row knows. A name that is
    /// missing proves nothing: its machine may not answer now.
    /// </summary>
    Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellation);

    /// <summary>The last lines that the instance wrote, for the report of a failure; empty when there are none.</summary>
    Task<string> ReadLogTailAsync(string name, CancellationToken cancellation);
}

/// <summary>An instance could not be started, for a reason that trying the same again at once will not cure.</summary>
public sealed class InstanceFailedException : Exception
{
    /// <summary>Makes one without a message.</summary>
    public InstanceFailedException()
    {
    }

    /// <summary>Makes one that says why.</summary>
    public InstanceFailedException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one that says why and from what.</summary>
    public InstanceFailedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
