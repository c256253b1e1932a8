using System.Buffers.Binary;
using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ControlPlane.Functions.Router.Forwarding.EventLoops;

/// <summary>
/// A set of sockets that the kernel watches. It reports each change of readiness once (edge-triggered), so a socket is
/// added when it opens, leaves when it closes, and costs no call between. It lives as long as the process.
/// </summary>
internal sealed class Epoll
{
    private const int Capacity = 256;
    private const int Forever = -1;
    private const uint Watched = Libc.EpollIn | Libc.EpollOut | Libc.EpollPeerClosed | Libc.EpollEdgeTriggered;

    // struct epoll_event { uint32_t events; uint64_t data; } is packed on x86-64 only.
    private static readonly int DataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int EventSize = DataOffset + 8;

    private readonly int _descriptor;
    private readonly byte[] _events = new byte[Capacity * EventSize];

    /// <summary>Creates an empty set.</summary>
    /// <exception cref="Win32Exception">The system has no more descriptors.</exception>
    public Epoll()
    {
        _descriptor = Libc.EpollCreate(Libc.CloseOnExec);
        if (_descriptor < 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    /// <summary>Adds a socket; its changes are reported with this token. Safe on any thread.</summary>
    /// <exception cref="Win32Exception">The system refused.</exception>
    public void Add(SafeSocketHandle socket, ulong token)
    {
        Span<byte> change = stackalloc byte[EventSize];
        BinaryPrimitives.WriteUInt32LittleEndian(change, Watched);
        BinaryPrimitives.WriteUInt64LittleEndian(change[DataOffset..], token);
        if (Libc.EpollControl(_descriptor, Libc.EpollAdd, socket, ref MemoryMarshal.GetReference(change)) < 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    /// <summary>Waits for changes and returns their number, which may be 0.</summary>
    /// <param name="mayBlock">Whether to wait until there is one.</param>
    public int Wait(bool mayBlock)
    {
        var count = Libc.EpollWait(_descriptor, ref _events[0], Capacity, mayBlock ? Forever : 0);
        if (count < 0 && Marshal.GetLastPInvokeError() != Libc.Interrupted)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        return Math.Max(count, 0);
    }

    /// <summary>One change that the last wait reported.</summary>
    public (ulong Token, uint Events) Change(int index)
    {
        var change = _events.AsSpan(index * EventSize, EventSize);
        return (BinaryPrimitives.ReadUInt64LittleEndian(change[DataOffset..]), BinaryPrimitives.ReadUInt32LittleEndian(change));
    }
}
