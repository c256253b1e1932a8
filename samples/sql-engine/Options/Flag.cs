namespace SqlEngine.Options;

/// <summary>One command line flag. <see cref="Apply"/> answers null when the value is not what <see cref="Wants"/> says.</summary>
internal sealed record Flag(string Name, string Wants, string Meaning, Func<EngineOptions, string, EngineOptions?> Apply);
