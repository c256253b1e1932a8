using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ControlPlane.Functions.Router.Forwarding.EventLoops;

/// <summary>The system calls of an event loop on Linux, with the numbers of its headers (epoll(7), recv(2), send(2)).</summary>
internal static class Libc
{
    public const int CloseOnExec = 0x80000;
    public const int EpollAdd = 1;
    public const uint EpollIn = 0x1;
    public const uint EpollOut = 0x4;
    public const uint EpollError = 0x8;
    public const uint EpollHangUp = 0x10;
    public const uint EpollPeerClosed = 0x2000;
    public const uint EpollEdgeTriggered = 0x8000_0000;

    public const int Peek = 0x2;
    public const int DontWait = 0x40;
    public const int NoSignal = 0x4000;

    public const int ShutdownReceive = 0;
    public const int ShutdownBoth = 2;

    public const int Interrupted = 4;
    public const int TryAgain = 11;
    public const int BrokenPipe = 32;
    public const int ConnectionReset = 104;
    public const int InProgress = 115;

    [DllImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static extern int EpollCreate(int flags);

    [DllImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static extern int EpollControl(int epoll, int operation, SafeSocketHandle socket, ref byte epollEvent);

    [DllImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static extern int EpollWait(int epoll, ref byte events, int capacity, int timeoutMilliseconds);

    [DllImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static extern nint Receive(SafeSocketHandle socket, ref byte buffer, nint length, int flags);

    [DllImport("libc", EntryPoint = "send", SetLastError = true)]
    public static extern nint Send(SafeSocketHandle socket, ref byte buffer, nint length, int flags);

    [DllImport("libc", EntryPoint = "connect", SetLastError = true)]
    public static extern int Connect(SafeSocketHandle socket, ref byte address, int length);

    [DllImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    public static extern int Shutdown(SafeSocketHandle socket, int how);

    [DllImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static extern nint SetScheduling(nint number, nint thread, ref byte attributes, nint flags);

    [DllImport("libc", EntryPoint = "sched_yield", SetLastError = true)]
    public static extern int Yield();
}
