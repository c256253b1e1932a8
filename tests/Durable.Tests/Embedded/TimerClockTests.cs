using ControlPlane.Durable.Embedded;
using ControlPlane.TestKit;

namespace ControlPlane.Durable.Tests.Embedded;

public sealed class TimerClockTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task SleepAsync_NextTimer_WakesWhenItIsDue()
    {
        var sleeping = new TimerClock(_time).SleepAsync(_time.GetUtcNow().AddSeconds(30), CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(sleeping.IsCompleted);

        _time.Advance(TimeSpan.FromSeconds(1));

        await sleeping.WaitAsync(Deadline);
    }

    [Fact]
    public void SleepAsync_NoTimer_ArmsNothing()
    {
        var sleeping = new TimerClock(_time).SleepAsync(null, CancellationToken.None);

        Assert.False(sleeping.IsCompleted);
        Assert.Equal(0, _time.ArmedTimers);
    }

    [Fact]
    public async Task Hint_SoonerThanTheNext_Wakes()
    {
        var clock = new TimerClock(_time);
        var sleeping = clock.SleepAsync(_time.GetUtcNow().AddSeconds(30), CancellationToken.None);

        clock.Hint(_time.GetUtcNow().AddSeconds(31));
        Assert.False(sleeping.IsCompleted);
        clock.Hint(_time.GetUtcNow().AddSeconds(5));

        await sleeping.WaitAsync(Deadline);
    }

    [Fact]
    public async Task Hint_WhileTheStoreIsLookedAt_IsNotLost()
    {
        var clock = new TimerClock(_time);
        clock.Forget();
        clock.Hint(_time.GetUtcNow());

        await clock.SleepAsync(null, CancellationToken.None).WaitAsync(Deadline);
    }

    [Fact]
    public async Task SleepAsync_FarTimer_WakesEachMinuteInCaseTheClockWasSet()
    {
        var sleeping = new TimerClock(_time).SleepAsync(_time.GetUtcNow().AddDays(100), CancellationToken.None);

        _time.Advance(TimeSpan.FromMinutes(1));

        await sleeping.WaitAsync(Deadline);
    }
}
