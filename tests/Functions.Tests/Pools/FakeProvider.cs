using System.Collections.Concurrent;
using ControlPlane.Core.Instances;
using ControlPlane.Core.Profiles;
using ControlPlane.Functions.Tests.Site;

namespace ControlPlane.Functions.Tests.Pools;

/// <summary>Makes instances that are engines in this process, and notes which slot had two of them at once.</summary>
internal sealed class FakeProvider : IInstanceProvider, IAsyncDisposable
{
    public const string ProviderName = "fake";

    private readonly ConcurrentDictionary<string, (string Slot, FakeEngine Engine)> _running = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _holders = new(StringComparer.Ordinal);

    public string Name => ProviderName;

    public int Slots => 0;

    /// <summary>Slots in which two instances were at one moment.</summary>
    public ConcurrentQueue<string> Shared { get; } = new();

    /// <summary>Slots in which no instance can be started.</summary>
    public ConcurrentDictionary<string, string> Sick { get; } = new(StringComparer.Ordinal);

    /// <summary>Told of each engine that was made, before anybody else is.</summary>
    public Action<StartOrder, FakeEngine>? OnCreate { get; set; }

    /// <summary>In which slot an instance is; null when it is not there.</summary>
    public string? SlotOf(string instance) => _running.TryGetValue(instance, out var running) ? running.Slot : null;

    public FakeEngine Engine(string instance) => _running[instance].Engine;

    public bool CanStart(EngineProfile profile) => true;

    public StartLimits LimitsOf(EngineProfile profile) => new();

    public async Task<InstanceHandle> CreateAsync(StartOrder order, CancellationToken cancellation)
    {
        var (name, slot) = (order.Name, order.Slot);
        if (Sick.TryGetValue(slot, out var reason))
            throw new InstanceFailedException(reason);
        if (!_running.TryGetValue(name, out var running))
        {
            if (!_holders.TryAdd(slot, name))
                Shared.Enqueue(slot);
            running = (slot, await FakeEngine.StartAsync(name));
            OnCreate?.Invoke(order, running.Engine);
            _running[name] = running;
        }

        return new InstanceHandle(slot, $"http://{running.Engine.Address}", name);
    }

    public Task<bool> IsAliveAsync(InstanceHandle handle, CancellationToken cancellation) => Task.FromResult(_running.ContainsKey(handle.Reference));

    public async Task DestroyAsync(string name, TimeSpan grace, CancellationToken cancellation)
    {
        if (!_running.TryRemove(name, out var running))
            return;
        await running.Engine.DisposeAsync();
        _holders.TryRemove(running.Slot, out _);
    }

    public Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<string>>([.. _running.Keys]);

    public Task<string> ReadLogTailAsync(string name, CancellationToken cancellation) => Task.FromResult("");

    public async ValueTask DisposeAsync()
    {
        foreach (var name in _running.Keys)
            await DestroyAsync(name, TimeSpan.Zero, CancellationToken.None);
    }
}
