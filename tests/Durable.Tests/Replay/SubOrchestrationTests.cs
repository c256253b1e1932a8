using ControlPlane.Durable.Model;
using static ControlPlane.Durable.Tests.Replay.History;

namespace ControlPlane.Durable.Tests.Replay;

public sealed class SubOrchestrationTests
{
    private static readonly Sample Parent = Sample.Of(async context =>
    {
        try
        {
            return await context.CallSubOrchestration<string>("Child", new { size = 2 });
        }
        catch (TaskFailedException failed)
        {
            return failed.Failure.Message;
        }
    });

    [Fact]
    public void Execute_Call_GivesTheChildADeterministicIdOfThisExecution()
    {
        var child = Parent.First().Actions[0].CreateSubOrchestration;

        Assert.Equal("run1:0", child.InstanceId);
        Assert.Equal("""{"size":2}""", child.Input);
    }

    [Fact]
    public void Execute_ChildCompleted_ReturnsItsOutputAsItIs() =>
        Assert.Equal("\"5\"", Parent.First(ChildCreated(0, "Child"), ChildCompleted(0, "\"5\"")).Output());

    [Fact]
    public void Execute_ChildTerminated_FailsWithoutDetails() =>
        Assert.Equal("\"no details were given\"", Parent.First(ChildCreated(0, "Child"), ChildFailed(0)).Output());

    [Fact]
    public void Execute_ChosenId_IsUsedOnEachAttempt()
    {
        var sample = Sample.Of(context =>
            context.CallSubOrchestration("Child", instanceId: "chosen", retry: new(2, TimeSpan.FromSeconds(1))));

        var response = sample.First(
            ChildCreated(0, "Child"), ChildFailed(0, new() { ErrorMessage = "once" }), TurnStarted(1), TimerCreated(1), TimerFired(1));

        Assert.Equal("2:Child", response.Actions());
        Assert.Equal("chosen", response.Actions[0].CreateSubOrchestration.InstanceId);
    }
}
