using ControlPlane.Core.Backends;
using ControlPlane.Core.Scaling;

namespace ControlPlane.Core.Tests.Scaling;

public sealed class PressureTests
{
    [Fact]
    public void Capacity_CountsOnlyWhatServes_AndRunningAlsoWhatLeaves()
    {
        var pressure = new Pressure
        {
            At = Group.Now,
            Backends =
            [
                Load(BackendState.Ready, jobs: 2, maxJobs: 4),
                Load(BackendState.Draining, jobs: 3, maxJobs: 8),
                Load(BackendState.Unhealthy, jobs: 0, maxJobs: 16),
            ],
        };

        Assert.Equal((5, 4), (pressure.Running, pressure.Capacity));
    }

    [Theory]
    [InlineData(2, null, 2)]
    [InlineData(2, 1, 2)]
    [InlineData(2, 5, 5)]
    [InlineData(0, 0, 0)]
    public void Jobs_TakeTheHigherOfTheTwoCounts(int inFlight, int? engineTasks, int jobs) =>
        Assert.Equal(jobs, (Load(BackendState.Ready, inFlight, 1) with { EngineTasks = engineTasks }).Jobs);

    private static InstanceLoad Load(BackendState state, int jobs, int maxJobs) =>
        new() { Name = "a", State = state, IsManaged = true, InFlight = jobs, MaxJobs = maxJobs };
}
