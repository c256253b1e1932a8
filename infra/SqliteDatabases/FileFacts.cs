using System.Globalization;
using ControlPlane.Core.Databases;

namespace ControlPlane.Infra.SqliteDatabases;

/// <summary>What the system knows of a file besides its name. Source: statx(2).</summary>
/// <param name="User">The number of who owns it.</param>
/// <param name="Group">The number of the group that does.</param>
/// <param name="Identity">Its number on the disk and the moment it was made: no other file ever has both.</param>
internal sealed record FileFacts(uint User, uint Group, string Identity)
{
    private const int NotThroughLinks = 0x100;
    private const uint BasicAndBirth = 0xfff;
    private const int Size = 256;

    /// <exception cref="DatabaseFailedException">There is no such file.</exception>
    public static FileFacts Of(string path)
    {
        Span<byte> found = stackalloc byte[Size];
        found.Clear();
        if (LibC.Describe(LibC.CurrentFolder, path, NotThroughLinks, BasicAndBirth, found) != 0)
            throw Disk.Failure($"{path} cannot be looked at");
        var (number, seconds, nanoseconds) = (Read64(found, 32), Read64(found, 80), Read32(found, 88));
        return new(Read32(found, 20), Read32(found, 24), string.Create(CultureInfo.InvariantCulture, $"{number} {seconds}.{nanoseconds:000000000}"));
    }

    /// <summary>Gives a file the owner and the rights of another.</summary>
    public static void Imitate(string file, string other)
    {
        // Engines may write to the folder, and the control plane may be root: what they lay there must not lead it elsewhere.
        if (new FileInfo(file).LinkTarget is { } elsewhere)
            throw new DatabaseFailedException($"{file} has become a link to {elsewhere}, so it is left as it is.");
        var (here, there) = (Of(file), Of(other));
        if ((here.User, here.Group) != (there.User, there.Group) && LibC.GiveTo(file, there.User, there.Group) != 0)
            throw Disk.Failure($"{file} cannot be given to the owner of {other}");
        File.SetUnixFileMode(file, File.GetUnixFileMode(other));
    }

    private static uint Read32(ReadOnlySpan<byte> found, int at) => BitConverter.ToUInt32(found[at..]);

    private static ulong Read64(ReadOnlySpan<byte> found, int at) => BitConverter.ToUInt64(found[at..]);
}
