using ControlPlane.Core.Backends;
using ControlPlane.Core.Health;
using ControlPlane.Functions.Registry;
using ControlPlane.Functions.Router;

namespace ControlPlane.Functions.Health;

/// <summary>Writes the state that a backend's checks lead to, when that is another one.</summary>
internal sealed partial class StateChanges(Registry<Backend> backends, TimeProvider time, ILogger<StateChanges> log)
{
    private readonly ILogger<StateChanges> _log = log;

    /// <summary>False when it could not be written now; the next check tries again.</summary>
    /// <param name="destination">The backend.</param>
    /// <param name="record">What its checks have shown.</param>
    /// <param name="fault">What is wrong with it, in words; null when nothing is.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<bool> TryApplyAsync(Destination destination, HealthRecord record, string? fault, CancellationToken cancellation)
    {
        var check = destination.Profile.Health;
        var before = destination.Backend.State;
        if (record.Next(before, check) == before)
            return true;

        var result = await backends.ChangeAsync(
            destination.Name,
            null,
            backend => backend.Url != destination.Url ? backend : backend with
            {
                State = record.Next(backend.State, check),
                StateReason = fault,
                StateSince = time.GetUtcNow(),
            },
            cancellation);
        if (!result.Is(out var row, out _))
            return false;
        if (row.Value.State != before)
            LogStateChanged(destination.Name, before, row.Value.State, fault ?? "its checks are good");
        return true;
    }
}
