namespace ControlPlane.Core.Scaling;

/// <summary>A count on its way through the limits, with a record of each one that changed it.</summary>
internal sealed class Limits(int count)
{
    private readonly List<Clamp> _clamps = [];

    public int Count { get; private set; } = count;

    public IReadOnlyList<Clamp> Clamps => _clamps;

    public void AtLeast(int bound, string name, string reason) => Apply(Math.Max(Count, bound), name, reason);

    public void AtMost(int bound, string name, string reason) => Apply(Math.Min(Count, bound), name, reason);

    private void Apply(int count, string name, string reason)
    {
        if (count == Count)
            return;
        _clamps.Add(new Clamp(name, Count, count, reason));
        Count = count;
    }
}
