using ControlPlane.Core.Backends;
using ControlPlane.Core.Instances;
using ControlPlane.Core.Profiles;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Pools;
using ControlPlane.Functions.Registry;
using ControlPlane.Functions.Tests.Groups;
using ControlPlane.Functions.Tests.Site;
using ControlPlane.Functions.Tick;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Functions.Tests.Tick;

/// <summary>What belongs to no instance, and cannot all be removed.</summary>
public sealed class LeftoversTests
{
    [Fact]
    public async Task Remove_OneTakesTooLongToStop_RemovesTheOthers()
    {
        await using var site = await QuietSite.StartAsync();
        var machine = new Machine(_ => throw new TimeoutException("it does not stop"));

        await RemoveAsync(site, machine);

        Assert.Equal(["stuck"], machine.Running);
    }

    [Fact]
    public async Task Remove_OneHangs_RemovesTheOthersAfterAMinute()
    {
        await using var site = await QuietSite.StartAsync();
        var machine = new Machine(cancellation => Task.Delay(Timeout.InfiniteTimeSpan, cancellation));

        var removing = RemoveAsync(site, machine);
        await Soon.TrueAsync(() => site.Time.NextTimer is not null || removing.IsCompleted, "a deadline on the clock");
        site.Time.Advance(TimeSpan.FromMinutes(1));
        await removing.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(["stuck"], machine.Running);
    }

    private static async Task RemoveAsync(QuietSite site, Machine machine)
    {
        var leftovers = new Leftovers(
            new ProviderSet([machine]), site.Get<Lending>(), site.Get<Registry<Backend>>(), site.Time, NullLogger<Leftovers>.Instance);
        var found = await leftovers.ListAsync(CancellationToken.None);
        await leftovers.RemoveAsync(found, new HashSet<string>(), CancellationToken.None);
    }

    /// <summary>A machine with two instances, one of which cannot be destroyed.</summary>
    private sealed class Machine(Func<CancellationToken, Task> stop) : IInstanceProvider
    {
        public List<string> Running { get; } = ["stuck", "willing"];

        public string Name => "machine";

        public int Slots => 2;

        public bool CanStart(EngineProfile profile) => true;

        public StartLimits LimitsOf(EngineProfile profile) => new();

        public Task<InstanceHandle> CreateAsync(StartOrder order, CancellationToken cancellation) =>
            throw new NotSupportedException("Nothing is started on it.");

        public Task<bool> IsAliveAsync(InstanceHandle handle, CancellationToken cancellation) => Task.FromResult(true);

        public async Task DestroyAsync(string name, TimeSpan grace, CancellationToken cancellation)
        {
            if (name == "stuck")
                await stop(cancellation);
            Running.Remove(name);
        }

        public Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<string>>([.. Running]);

        public Task<string> ReadLogTailAsync(string name, CancellationToken cancellation) => Task.FromResult("");
    }
}
