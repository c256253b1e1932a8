using ControlPlane.Core.Instances;
using ControlPlane.Core.Profiles;

namespace ControlPlane.Functions.Tests.Activities;

/// <summary>Starts nothing, and keeps what it was told to start.</summary>
internal sealed class RecordingProvider : IInstanceProvider
{
    public List<StartOrder> Orders { get; } = [];

    public string Name => "local";

    public int Slots => 64;

    public bool CanStart(EngineProfile profile) => true;

    public StartLimits LimitsOf(EngineProfile profile) => new();

    public Task<InstanceHandle> CreateAsync(StartOrder order, CancellationToken cancellation)
    {
        Orders.Add(order);
        return Task.FromResult(new InstanceHandle(order.Slot, $"http://127.0.0.1:9/{order.Name}", order.Name));
    }

    public Task<bool> IsAliveAsync(InstanceHandle handle, CancellationToken cancellation) => Task.FromResult(true);

    public Task DestroyAsync(string name, TimeSpan grace, CancellationToken cancellation) => Task.CompletedTask;

    public Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<string>>([]);

    public Task<string> ReadLogTailAsync(string name, CancellationToken cancellation) => Task.FromResult("");
}
