using ControlPlane.Durable.Model;
using ControlPlane.Durable.Protocol;
using static ControlPlane.Durable.Tests.Replay.History;

namespace ControlPlane.Durable.Tests.Replay;

public sealed class RetryTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static Sample With(RetryPolicy policy) => Sample.Of(context => context.CallActivity<string>("Buy", retry: policy));

    private static TaskFailureDetails Error(bool nonRetriable = false) =>
        new() { ErrorType = "Closed", ErrorMessage = "closed", IsNonRetriable = nonRetriable };

    [Fact]
    public void Execute_FailedAttempts_PausesGrowUntilTheLongest()
    {
        var sample = With(new(4, Second, 10, TimeSpan.FromSeconds(15)));
        List<HistoryEvent> events = [];
        List<double> pauses = [];

        for (var attempt = 0; attempt < 3; attempt++)
        {
            events.AddRange([Scheduled(2 * attempt, "Buy"), Failed(2 * attempt, Error())]);
            pauses.Add((sample.First([.. events]).Actions[0].CreateTimer.FireAt.ToDateTimeOffset() - Start).TotalSeconds);
            events.AddRange([TimerCreated(2 * attempt + 1), TimerFired(2 * attempt + 1)]);
        }

        Assert.Equal([1, 10, 15], pauses);
        Assert.Equal("6:Buy", sample.First([.. events]).Actions());
    }

    [Fact]
    public void Execute_LastAttemptFailed_FailsWithoutAnotherTimer()
    {
        var response = With(new(2, Second)).First(
            Scheduled(0, "Buy"), Failed(0, Error()), TimerCreated(1), TimerFired(1), Scheduled(2, "Buy"), Failed(2, Error()));

        Assert.Equal("3:Failed", response.Actions());
    }

    [Fact]
    public void Execute_NonRetriableFailure_IsNotTriedAgain() =>
        Assert.Equal("1:Failed", With(new(5, Second)).First(Scheduled(0, "Buy"), Failed(0, Error(nonRetriable: true))).Actions());

    [Fact]
    public void Execute_RetryTimeoutOver_IsNotTriedAgain()
    {
        var sample = With(new(5, Second, RetryTimeout: TimeSpan.FromSeconds(30)));

        Assert.Equal("1:timer", sample.First(Scheduled(0, "Buy"), TurnStarted(29), Failed(0, Error())).Actions());
        Assert.Equal("1:Failed", sample.First(Scheduled(0, "Buy"), TurnStarted(30), Failed(0, Error())).Actions());
    }

    [Fact]
    public void Execute_SecondAttemptSucceeds_ReturnsItsResult()
    {
        var response = With(new(2, Second)).First(
            Scheduled(0, "Buy"), Failed(0, Error()), TimerCreated(1), TimerFired(1), Scheduled(2, "Buy"), Completed(2, "\"ok\""));

        Assert.Equal("\"ok\"", response.Output());
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(1, 0, 1)]
    [InlineData(1, 1, 0.5)]
    public void RetryPolicy_OutOfRange_Throws(int attempts, int seconds, double backoff) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(attempts, TimeSpan.FromSeconds(seconds), backoff));

    [Fact]
    public void RetryPolicy_VeryManyAttempts_PauseDoesNotOverflow()
    {
        var sample = With(new(int.MaxValue, TimeSpan.FromDays(1), 1000, TimeSpan.FromDays(2)));

        var response = sample.First(Scheduled(0, "Buy"), Failed(0, Error()), TimerCreated(1), TimerFired(1), Scheduled(2, "Buy"), Failed(2, Error()));

        Assert.Equal(Start.AddDays(2), response.Actions[0].CreateTimer.FireAt.ToDateTimeOffset());
    }
}
