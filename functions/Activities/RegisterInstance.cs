using ControlPlane.Core.Backends;
using ControlPlane.Core.Instances;
using ControlPlane.Durable.Model;
using ControlPlane.Functions.Orchestrations;
using ControlPlane.Functions.Registry;

namespace ControlPlane.Functions.Activities;

/// <summary>The step that lets an instance which serves take requests. It finds what an earlier call of it has done.</summary>
internal sealed class RegisterInstance(InstancePlaces places, Registry<Backend> backends, RegistryFeed feed, TimeProvider time)
{
    public async Task<InstanceOutcome> RegisterAsync(InstanceInput input, CancellationToken cancellation)
    {
        var instance = await places.FindAsync(input, cancellation);
        if (instance is not { Phase: InstancePhase.Starting, Handle: { } handle })
            return InstanceOutcome.Settled;
        var backend = new Backend
        {
            Id = 0,
            Name = instance.Name,
            Url = handle.Url,
            Tags = TagSet.Create("tag", [instance.Tag]).Value,
            Profile = instance.Profile,
            State = BackendState.Ready,
            StateSince = time.GetUtcNow(),
            Monitor = instance.Monitor,
            Version = instance.Version ?? places.ProfileOf(instance).Version,
            Epoch = instance.Epoch,
        };
        if (!(await backends.AddAsync(backend, cancellation: cancellation)).Is(out _, out var problem))
        {
            var there = await backends.FindAsync(instance.Name, cancellation);
            if (there?.Value.Monitor != instance.Monitor || there.Value.Url != handle.Url)
                throw new NonRetriableException(problem.Detail);
        }

        await places.MarkRunningAsync(input, time.GetUtcNow(), cancellation);
        await feed.RefreshAsync(cancellation);
        return InstanceOutcome.Serving;
    }
}
