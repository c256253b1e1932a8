namespace ControlPlane.Bench.Autoscaling.Rivals;

/// <summary>The values of the last steps.</summary>
internal sealed class Window(TimeSpan length)
{
    private readonly Queue<(int Step, double Value)> _values = new();

    public void Add(int step, double value)
    {
        _values.Enqueue((step, value));
        while (_values.Peek().Step <= step - (length / World.Step))
            _values.Dequeue();
    }

    public double Max() => _values.Max(one => one.Value);

    public double Min() => _values.Min(one => one.Value);

    public double Mean() => _values.Average(one => one.Value);
}
