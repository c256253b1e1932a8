namespace ControlPlane.Functions.Hosting;

/// <summary>Reads a file of secrets, and refuses one that others can get at.</summary>
internal static class PrivateFile
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <param name="what">What the user calls it, such as "keys file".</param>
    /// <param name="path">Where it is.</param>
    /// <param name="parse">Reads its lines; its <see cref="FormatException"/> says what is wrong, without the text.</param>
    /// <exception cref="StartException">It cannot be read, is wrong, or others can read or write it.</exception>
    public static T Read<T>(string what, string path, Func<IEnumerable<string>, T> parse)
    {
        try
        {
            if ((File.GetUnixFileMode(path) & Others) != 0)
                throw new StartException($"The {what} {path} can be read or written by others. Run: chmod 600 {path}");
            return parse(File.ReadAllLines(path));
        }
        catch (FormatException fault)
        {
            throw new StartException($"The {what} {path}: {fault.Message}.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The {what} {path} cannot be read: {failure.Message}");
        }
    }
}
