namespace ControlPlane.Functions.Tests.Site;

/// <summary>One control plane for all tests of a class; each test keeps to its own tags and names.</summary>
public sealed class SharedHost : IAsyncLifetime
{
    private TestHost? _host;

    internal TestHost Host => _host!;

    public async Task InitializeAsync() => _host = await TestHost.StartAsync();

    public async Task DisposeAsync() => await _host!.DisposeAsync();
}
