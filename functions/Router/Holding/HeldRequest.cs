using ControlPlane.Core.Problems;

namespace ControlPlane.Functions.Router.Holding;

/// <summary>One request that is held. It either goes on or gives up, whichever comes first, and never both.</summary>
/// <param name="request">What a place is wanted for.</param>
/// <param name="goOn">Called once the gate is open.</param>
/// <param name="groups">The tags of the groups that held it when it came.</param>
/// <param name="bytes">How much of it stands in memory.</param>
/// <param name="since">When it came.</param>
internal sealed class HeldRequest(
    PlaceRequest request, Func<ValueTask<Result<Place>>> goOn, IReadOnlyList<string> groups, long bytes, long since)
{
    private readonly TaskCompletionSource<Task<Result<Place>>?> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();

    public IReadOnlyList<string> Groups => groups;

    public long Bytes => bytes;

    public long Since => since;

    /// <summary>The way to its place; null when it gave up.</summary>
    public Task<Task<Result<Place>>?> End => _end.Task;

    /// <summary>Goes on unless it is still to be held. True when it is done, on its way or because it gave up.</summary>
    public bool TryGoOn(RoutingTable table)
    {
        lock (_gate)
        {
            if (_end.Task.IsCompleted)
                return true;
            if (table.Resolve(request.Tags).Holds(request.Kind))
                return false;
            _end.SetResult(goOn().AsTask());
            return true;
        }
    }

    public void GiveUp()
    {
        lock (_gate)
            _end.TrySetResult(null);
    }
}
