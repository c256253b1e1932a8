using ControlPlane.Durable.Model;
using static ControlPlane.Durable.Tests.Replay.History;

namespace ControlPlane.Durable.Tests.Replay;

public sealed class CustomStatusTests
{
    [Fact]
    public void Execute_CustomStatus_IsInEveryTurn()
    {
        var sample = Sample.Of(async context =>
        {
            context.SetCustomStatus(new { step = 1 });
            await context.CallActivity("Buy");
            await context.CallActivity("Sell");
        });

        var first = sample.First();
        var second = sample.First(Scheduled(0, "Buy"), Completed(0));

        Assert.Equal("""{"step":1}""", first.CustomStatus);
        Assert.Equal("""{"step":1}""", second.CustomStatus);
    }

    [Fact]
    public void Execute_NoStatusAndNothingToDo_StillAnswersSomeBytes()
    {
        var response = Sample.Of(context => context.WaitForEvent<int>("go")).First();

        Assert.Equal("i", response.InstanceId);
        Assert.NotEqual(0, response.CalculateSize());
        Assert.Null(response.CustomStatus);
    }

    [Fact]
    public void SetCustomStatus_TooLong_FailsWithTheLimit()
    {
        var sample = Sample.Of(context =>
        {
            context.SetCustomStatus(new string('x', OrchestrationContext.MaxCustomStatusLength));
            return Task.FromResult(0);
        });

        Assert.Contains("at most 8192 characters", sample.First().Failure().ErrorMessage, StringComparison.Ordinal);
    }
}
