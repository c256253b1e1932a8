namespace ControlPlane.Infra.Tests.Sqlite;

/// <summary>For what counts commits: a listener hears those of every state file in the process.</summary>
[CollectionDefinition(nameof(AloneInTheProcess), DisableParallelization = true)]
public sealed class AloneInTheProcess;
