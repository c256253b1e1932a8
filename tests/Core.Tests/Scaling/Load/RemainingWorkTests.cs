using ControlPlane.Core.Backends;
using ControlPlane.Core.Scaling;
using ControlPlane.Core.Scaling.Load;

namespace ControlPlane.Core.Tests.Scaling.Load;

public sealed class RemainingWorkTests
{
    private static readonly LoadMemory Minute = new() { At = Group.Now, WorkedSeconds = 600, Ended = 10 };

    [Theory]
    [InlineData(1, 0, 60)]
    [InlineData(1, 20, 40)]
    [InlineData(1, 40, 20)]
    [InlineData(1, 300, 150)]
    [InlineData(2, 0, 90)]
    [InlineData(4, 80, 83)]
    public void Guess_JobsOfAMinute_IsTheRestOfTheLastOfThem(int jobs, int ranSeconds, int restSeconds)
    {
        var rest = Guess(new() { InFlight = jobs, RunTime = TimeSpan.FromSeconds(ranSeconds) }, Minute);

        Assert.InRange(rest!.Value.TotalSeconds, restSeconds * 0.98, restSeconds * 1.02);
    }

    [Fact]
    public void Guess_NoJobs_IsNothing() => Assert.Equal(TimeSpan.Zero, Guess(new() { RunTime = TimeSpan.Zero }, Minute));

    [Fact]
    public void Guess_JobsThatTheEngineAloneKnows_CannotBeTold() =>
        Assert.Null(Guess(new() { EngineTasks = 2, RunTime = TimeSpan.Zero }, Minute));

    [Fact]
    public void Guess_NoJobHasEndedYet_CannotBeTold()
    {
        var busy = new Load { InFlight = 1, RunTime = TimeSpan.FromSeconds(5) };

        Assert.Null(Guess(busy, Minute with { Ended = 0.4 }));
        Assert.Null(Guess(busy, null));
    }

    private static TimeSpan? Guess(Load load, LoadMemory? memory)
    {
        var backend = new InstanceLoad
        {
            Name = "b1",
            State = BackendState.Ready,
            IsManaged = true,
            InFlight = load.InFlight,
            EngineTasks = load.EngineTasks,
            RunTime = load.RunTime,
        };
        return RemainingWork.Guess(new Pressure { At = Group.Now, Backends = [backend] }, memory).Backends[0].RemainingWork;
    }

    private sealed record Load
    {
        public int InFlight { get; init; }

        public int? EngineTasks { get; init; }

        public TimeSpan? RunTime { get; init; }
    }
}
