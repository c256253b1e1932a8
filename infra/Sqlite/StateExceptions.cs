namespace ControlPlane.Infra.Sqlite;

/// <summary>Another process uses the state file.</summary>
/// <param name="path">The file.</param>
public sealed class StateInUseException(string path)
    : Exception($"The state file '{path}' is in use by another process. Stop it, or choose another folder.");

/// <summary>The state file was written by a newer version of this program.</summary>
/// <param name="path">The file.</param>
/// <param name="found">The version it has.</param>
/// <param name="known">The newest version this program knows.</param>
public sealed class StateVersionException(string path, long found, long known)
    : Exception($"The state file '{path}' has version {found}, and this program knows versions up to {known}. Use a newer program.")
{
    /// <summary>The version the file has.</summary>
    public long Found { get; } = found;

    /// <summary>The newest version this program knows.</summary>
    public long Known { get; } = known;
}

/// <summary>The state file cannot be opened or written.</summary>
/// <param name="path">The file.</param>
/// <param name="inner">Why.</param>
public sealed class StateUnwritableException(string path, Exception inner)
    : Exception($"The state file '{path}' cannot be written: {inner.Message}", inner);
