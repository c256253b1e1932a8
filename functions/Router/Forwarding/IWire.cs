namespace ControlPlane.Functions.Router.Forwarding;

/// <summary>The bytes of one connection to a backend, however they travel.</summary>
internal interface IWire : IDisposable
{
    /// <summary>
    /// Receives what is there or comes next: the number of bytes, 0 at the end, negative when there was nothing after
    /// all and the caller should ask again.
    /// </summary>
    /// <exception cref="IOException">The connection broke; or a SocketException or ObjectDisposedException says so.</exception>
    ValueTask<int> ReceiveAsync(Memory<byte> room);

    /// <summary>Sends all of it.</summary>
    /// <exception cref="IOException">The connection broke; or a SocketException or ObjectDisposedException says so.</exception>
    ValueTask SendAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>
    /// Whether an unused connection can take another request. Anything to read on it is the backend's close, or bytes
    /// that nobody asked for.
    /// </summary>
    bool IsQuiet();

    /// <summary>Ends both directions at once, from any thread; what is being sent or received ends early.</summary>
    void Shutdown();
}
