namespace ControlPlane.Core.Backtest;

/// <summary>The world that every contender is put into. Times are counted in steps, so that an optimum can be exact.</summary>
public sealed record Setting
{
    /// <summary>The length of a step; default 30 s. Nothing happens between two steps.</summary>
    public TimeSpan Step { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Steps from the order of an instance until it serves; billed. Default 8, which are 4 min in steps of 30 s.</summary>
    public int Boot { get; init; } = 8;

    /// <summary>Steps that an instance is still billed after its last job, once it was told to leave. Default 2.</summary>
    public int Teardown { get; init; } = 2;

    /// <summary>A job that starts more than so many steps after its arrival is late. Default 10, which are 5 min in steps of 30 s.</summary>
    public int Slo { get; init; } = 10;

    /// <summary>Jobs that an instance runs at once; default 4.</summary>
    public int Slots { get; init; } = 4;

    /// <summary>The fewest instances that <see cref="Orders.To"/> leaves; default 1.</summary>
    public int Min { get; init; } = 1;

    /// <summary>The most instances that <see cref="Orders.To"/> gives; default 200.</summary>
    public int Max { get; init; } = 200;
}
