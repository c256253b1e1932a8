namespace ControlPlane.Functions.CustomHandler;

/// <summary>
/// The last address that a binding gave. Each invocation that may start or signal orchestrations carries one, so it is
/// there before it is needed, and follows when the host moves.
/// </summary>
internal sealed class DurableAddresses
{
    private DurableAddress? _current;

    public DurableAddress? Current => Volatile.Read(ref _current);

    public void Use(DurableAddress? address)
    {
        if (address is not null)
            Volatile.Write(ref _current, address);
    }
}
