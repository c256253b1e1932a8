using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ControlPlane.Infra.SqliteDatabases;

/// <summary>The calls of Linux that .NET has no name for. Each returns -1 when it fails, with the reason in errno.</summary>
internal static partial class LibC
{
    /// <summary>The folder that relative paths begin at; none is relative here.</summary>
    public const int CurrentFolder = -100;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int Control(SafeFileHandle file, int command, nint argument);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int Flush(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Rename(int fromFolder, string from, int toFolder, string to, uint flags);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Describe(int folder, string path, int flags, uint wanted, Span<byte> found);

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int GiveTo(string path, uint user, uint group);

    /// <summary>What the last call failed with.</summary>
    public static int Error => Marshal.GetLastPInvokeError();

    /// <summary>The same in words.</summary>
    public static string ErrorText => Marshal.GetLastPInvokeErrorMessage();
}
