namespace SqlEngine.Options;

/// <summary>What the command line asks for: help, a run with <see cref="Options"/>, or nothing because of <see cref="Error"/>.</summary>
internal sealed record ParsedArguments(EngineOptions? Options = null, string? Error = null, bool WantsHelp = false);
