using ControlPlane.Core.Instances;
using ControlPlane.Core.Profiles;
using ControlPlane.Durable.Model;
using ControlPlane.Functions.Databases;
using ControlPlane.Functions.Health;
using ControlPlane.Functions.Orchestrations;

namespace ControlPlane.Functions.Activities;

/// <summary>The steps that make an instance and wait until it serves. Each finds what an earlier call of it has done.</summary>
internal sealed class StartInstance(InstancePlaces places, IDatabaseLogins logins, Probe probe, TimeProvider time)
{
    /// <summary>How long one wait for an instance may take before the orchestrator looks at its deadline.</summary>
    private static readonly TimeSpan WaitSlice = TimeSpan.FromSeconds(5);

    private const int LogLinesShown = 3;
    private const int LogCharactersShown = 300;

    private static readonly TimeSpan ProbePause = TimeSpan.FromMilliseconds(50);

    public async Task<InstanceOutcome> LeaseSlotAsync(InstanceInput input, CancellationToken cancellation)
    {
        if (await places.FindAsync(input, cancellation) is not { Phase: InstancePhase.Starting } instance)
            return InstanceOutcome.Settled;
        await places.LeaseAsync(instance, cancellation);
        return InstanceOutcome.Pending;
    }

    /// <summary>Makes it, and says how long it may take to serve.</summary>
    public async Task<TimeSpan> CreateAsync(InstanceInput input, CancellationToken cancellation)
    {
        var instance = await FindStartingAsync(input, cancellation);
        var order = await OrderAsync(instance, cancellation);
        try
        {
            var handle = await places.ProviderOf(instance).CreateAsync(order, cancellation);
            await places.ChangeAsync(input, row => row with { Handle = handle }, cancellation);
        }
        catch (InstanceFailedException failed)
        {
            throw new NonRetriableException(failed.Message, failed);
        }

        return places.BootDeadlineOf(instance);
    }

    /// <summary>Waits until it serves, at most as long as the input says.</summary>
    public async Task<InstanceOutcome> AwaitServingAsync(InstanceInput input, CancellationToken cancellation)
    {
        var instance = await FindStartingAsync(input, cancellation);
        var (provider, profile) = (places.ProviderOf(instance), places.ProfileOf(instance));
        var handle = instance.Handle ?? throw new NonRetriableException("it was not created");
        var until = time.GetUtcNow() + (input.Patience < WaitSlice ? input.Patience.Value : WaitSlice);
        do
        {
            if (await probe.CheckAsync(handle.Url, Within(profile.Health, until - time.GetUtcNow()), cancellation) is null)
            {
                // Another program may have taken the port; what answers there is then not the instance.
                return await provider.IsAliveAsync(handle, cancellation) ? InstanceOutcome.Serving : throw await EndedAsync(provider, instance, cancellation);
            }

            if (!await provider.IsAliveAsync(handle, cancellation))
                throw await EndedAsync(provider, instance, cancellation);
            if (until - time.GetUtcNow() is { Ticks: > 0 } left)
                await Task.Delay(left < ProbePause ? left : ProbePause, time, cancellation);
        }
        while (time.GetUtcNow() < until);

        return InstanceOutcome.Pending;
    }

    /// <summary>A look must not outlast the wait. When nothing of that is left, as after a long outage, one look is still due.</summary>
    private static HealthCheck Within(HealthCheck check, TimeSpan left) =>
        left > TimeSpan.Zero && left < check.Timeout ? check with { Timeout = left } : check;

    private async Task<StartOrder> OrderAsync(Instance instance, CancellationToken cancellation) => new()
    {
        Name = instance.Name,
        Profile = places.ProfileOf(instance),
        Slot = await places.LeaseAsync(instance, cancellation),
        Version = instance.Version,
        Epoch = instance.Epoch,
        Database = await logins.FindAsync(instance, cancellation),
        IsMigrator = instance.IsMigrator,
    };

    private async Task<Instance> FindStartingAsync(InstanceInput input, CancellationToken cancellation) =>
        await places.FindAsync(input, cancellation) is { Phase: InstancePhase.Starting } instance
            ? instance
            : throw new NonRetriableException("it is not to be started any more");

    private static async Task<NonRetriableException> EndedAsync(IInstanceProvider provider, Instance instance, CancellationToken cancellation)
    {
        var end = Shorten(await provider.ReadLogTailAsync(instance.Name, cancellation));
        return new NonRetriableException(end.Length == 0 ? "its process ended before it served" : $"its process ended before it served; its log ends: {end}");
    }

    /// <summary>The reason stands in every decision until the next try: a whole stack trace would drown it.</summary>
    private static string Shorten(string log)
    {
        var end = string.Join(" | ", log.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).TakeLast(LogLinesShown));
        return end.Length > LogCharactersShown ? "..." + end[^LogCharactersShown..] : end;
    }
}
