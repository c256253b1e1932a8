namespace ControlPlane.Functions.Hosting;

/// <summary>
/// Reads a secret of the app's settings. There it lies under the Functions host, where a mounted file cannot be made
/// readable by its owner alone.
/// </summary>
internal static class AppSecret
{
    /// <param name="variable">The setting.</param>
    /// <param name="otherwise">What holds when it is not set.</param>
    /// <param name="parse">Reads its text; its <see cref="FormatException"/> says what is wrong, without the text.</param>
    /// <exception cref="StartException">It is wrong.</exception>
    public static T Read<T>(string variable, T otherwise, Func<string, T> parse)
    {
        if (Environment.GetEnvironmentVariable(variable) is not { Length: > 0 } text)
            return otherwise;
        try
        {
            return parse(text);
        }
        catch (FormatException fault)
        {
            throw new StartException($"{variable}: {fault.Message}.");
        }
    }
}
