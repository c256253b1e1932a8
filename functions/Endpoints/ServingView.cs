using ControlPlane.Core.Groups;
using ControlPlane.Functions.Router;
using ControlPlane.Functions.Router.Holding;
using ControlPlane.Functions.Router.Outcomes;

namespace ControlPlane.Functions.Endpoints;

/// <summary>What a group serves from.</summary>
/// <param name="Epoch">Rises with every switch.</param>
/// <param name="Live">The side that serves.</param>
/// <param name="Gate">What routers do with requests.</param>
/// <param name="Upgrade">The upgrade that changes the group now; null when none does.</param>
/// <param name="Held">The requests held since the gate closed last.</param>
/// <param name="Sides">The sides that there are.</param>
internal sealed record ServingView(long Epoch, Colour Live, Gate Gate, string? Upgrade, HeldView Held, IReadOnlyList<SideView> Sides);

/// <summary>Requests held since the gate closed last.</summary>
internal sealed record HeldView(int Now, double LongestSeconds, long Total, long Refused);

/// <summary>One side, and what has become of the requests that its instances were given since their routers started.</summary>
internal sealed record SideView(Colour Colour, long Epoch, string? Version, string? Database, long Answers, long Failures, long WritesSent);

/// <summary>Reads what a group serves from.</summary>
internal sealed class ServingViews(Dispatcher dispatcher, HeldRequests held, SideOutcomes outcomes)
{
    public async Task<ServingView> ReadAsync(string tag, CancellationToken cancellation)
    {
        var group = dispatcher.Table.GroupOf(tag);
        var count = await held.ReadAsync(tag, cancellation);
        var sides = new List<SideView>();
        foreach (var colour in Enum.GetValues<Colour>())
        {
            if (group.SideOf(colour) is not { } side)
                continue;
            var sent = await outcomes.ReadAsync(tag, side.Epoch, cancellation);
            sides.Add(new(colour, side.Epoch, side.Version, side.Database, sent.Answers, sent.Failures, sent.WritesSent));
        }

        return new(group.Epoch, group.Live, group.Gate, group.Upgrade, new(count.Now, count.Longest.TotalSeconds, count.Total, count.Refused), sides);
    }
}
