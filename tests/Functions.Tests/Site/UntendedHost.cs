using ControlPlane.Functions.Hosting;
using ControlPlane.Functions.Tick;

namespace ControlPlane.Functions.Tests.Site;

/// <summary>A control plane whose tick does not run, so that instances which a test made up are not swept away as nobody's.</summary>
public sealed class UntendedHost : IAsyncLifetime
{
    private TestHost? _host;

    internal TestHost Host => _host!;

    public async Task InitializeAsync() => _host = await StartAsync();

    public async Task DisposeAsync() => await _host!.DisposeAsync();

    internal static Task<TestHost> StartAsync(Func<ControlPlaneOptions, ControlPlaneOptions>? set = null) => TestHost.StartAsync(set, services =>
        services.Remove(services.Single(service => service.ImplementationType == typeof(AfterBinding<TickService>))));
}
