using System.Numerics;
using System.Runtime.InteropServices;

namespace ControlPlane.Bench.Autoscaling.Optimum;

/// <summary>The least cost to be, after some step, at each number of instances with each amount of waiting work.</summary>
internal sealed class Layer
{
    private const int Never = 1 << 29;

    private readonly int[] _costs;
    private readonly int[] _row;
    private int _used = 1;

    private Layer(int bound, int width)
    {
        (Bound, Width) = (bound, width);
        _costs = new int[(bound + 1) * width];
        _row = new int[width];
        Array.Fill(_costs, Never);
    }

    public int Bound { get; }

    public int Width { get; }

    public int this[int ready, int waiting] => _costs[(ready * Width) + waiting];

    public static Layer Start(int bound, int width, int initial)
    {
        var layer = new Layer(bound, width);
        layer._costs[initial * width] = 0;
        return layer;
    }

    public Layer Copy()
    {
        var copy = new Layer(Bound, Width) { _used = _used };
        _costs.CopyTo(copy._costs, 0);
        return copy;
    }

    /// <summary>Lets instances be taken away or added before a step.</summary>
    public void Change(int boot, int teardown, int min)
    {
        for (var ready = Bound - 1; ready >= min; ready--)
            Improve(Row(ready), Row(ready + 1), teardown);
        for (var ready = min + 1; ready <= Bound; ready++)
            Improve(Row(ready), Row(ready - 1), boot);
        for (var ready = 0; ready < min; ready++)
            Row(ready).Fill(Never);
    }

    /// <summary>Lets a step pass: work comes free, the instances work and are paid, and no more than the slack may wait.</summary>
    public void Serve(int gain, int slots, int slack)
    {
        var before = _used;
        _used = slack + 1;
        for (var ready = 0; ready <= Bound; ready++)
        {
            var row = _costs.AsSpan(ready * Width, Width);
            row[..before].CopyTo(_row);
            row[..Math.Max(before, _used)].Fill(Never);
            var served = (ready * slots) - gain;
            for (var waiting = 0; waiting < before && waiting <= served; waiting++)
                row[0] = Math.Min(row[0], _row[waiting]);
            for (var waiting = Math.Max(0, served + 1); waiting < before && waiting - served < _used; waiting++)
                row[waiting - served] = _row[waiting];
            for (var waiting = 0; waiting < _used; waiting++)
                row[waiting] = Math.Min(Never, row[waiting] + ready);
        }
    }

    public (int Ready, int Waiting) Cheapest()
    {
        var best = Enumerable.Range(0, _costs.Length).MinBy(index => _costs[index]);
        return (best / Width, best % Width);
    }

    private Span<int> Row(int ready) => _costs.AsSpan(ready * Width, _used);

    private static void Improve(Span<int> row, ReadOnlySpan<int> other, int extra)
    {
        var wide = MemoryMarshal.Cast<int, Vector<int>>(row);
        var wideOther = MemoryMarshal.Cast<int, Vector<int>>(other);
        for (var index = 0; index < wide.Length; index++)
            wide[index] = Vector.Min(wide[index], wideOther[index] + new Vector<int>(extra));
        for (var index = wide.Length * Vector<int>.Count; index < row.Length; index++)
            row[index] = Math.Min(row[index], other[index] + extra);
    }
}
