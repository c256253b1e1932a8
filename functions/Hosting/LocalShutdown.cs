using ControlPlane.Functions.Groups;
using ControlPlane.Infra.LocalProcess;

namespace ControlPlane.Functions.Hosting;

/// <summary>
/// Ends the instances on this machine when the control plane is stopped in good order: someone who stops it at a
/// terminal expects nothing of it to go on. Their rows stay; the next start finds them gone and orders new ones.
/// </summary>
internal sealed class LocalShutdown(ControlPlaneOptions options, ProviderSet providers)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    public async Task RunAsync()
    {
        if (options.KeepsInstances)
            return;
        foreach (var provider in providers.All.OfType<LocalProcessProvider>())
            await Task.WhenAll((await provider.ListAsync(default)).Select(name => provider.DestroyAsync(name, Grace, default)));
    }
}
