namespace ControlPlane.Functions.Tests.Forwarding;

/// <summary>Tests that measure the process, with no others beside them.</summary>
[CollectionDefinition(nameof(AloneInTheProcess), DisableParallelization = true)]
public sealed class AloneInTheProcess;
