namespace SqlEngine.Options;

/// <summary>
/// One command line flag. <see cref="Apply"/> answers null when the value is not what <see cref="Wants"/> says; one that
/// wants nothing has no value.
/// </summary>
internal sealed record Flag(string Name, string Wants, string Meaning, Func<EngineOptions, string, EngineOptions?> Apply)
{
    public bool IsSwitch => Wants.Length == 0;
}
