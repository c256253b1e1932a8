using System.Globalization;
using System.Text.Json;
using ControlPlane.Core.Scaling.Schedules;

namespace ControlPlane.Core.Tests.Scaling.Schedules;

public sealed class ScheduleTests
{
    [Theory]
    [InlineData("2026-01-05T06:59:59Z", false)]
    [InlineData("2026-01-05T07:00:00Z", true)]
    [InlineData("2026-01-05T16:59:59Z", true)]
    [InlineData("2026-01-05T17:00:00Z", false)]
    [InlineData("2026-01-04T12:00:00Z", false)]
    public void IsActive_WorkingHoursInBerlin_AreLocal(string now, bool isActive) =>
        Assert.Equal(isActive, Of("0 8 * * mon-fri", 10, "Europe/Berlin").IsActive(At(now)));

    [Theory]
    [InlineData("2026-07-06T06:00:00Z", true)]
    [InlineData("2026-07-06T16:00:00Z", false)]
    public void IsActive_Summer_ShiftsWithTheClock(string now, bool isActive) =>
        Assert.Equal(isActive, Of("0 8 * * mon-fri", 10, "Europe/Berlin").IsActive(At(now)));

    [Fact]
    public void IsActive_BegunYesterday_StillHolds() =>
        Assert.True(Of("0 22 * * *", 4, "UTC").IsActive(At("2026-01-05T01:59:59Z")));

    [Theory]
    [InlineData("2026-01-05T06:50:00Z", "2026-01-05T07:00:00Z")]
    [InlineData("2026-01-05T06:44:59Z", null)]
    [InlineData("2026-01-05T07:00:00Z", null)]
    [InlineData("2026-01-05T16:50:00Z", "2026-01-05T17:00:00Z")]
    public void NextChange_Near_IsWhenItBeginsOrEnds(string now, string? next) =>
        Assert.Equal(next is null ? null : At(next), Of("0 8 * * mon-fri", 10, "Europe/Berlin").NextChange(At(now), TimeSpan.FromMinutes(15)));

    /// <summary>On 29 March 2026 Berlin has no 02:30.</summary>
    [Theory]
    [InlineData("2026-03-29T00:59:59Z", false)]
    [InlineData("2026-03-29T01:00:00Z", true)]
    [InlineData("2026-03-29T02:00:00Z", false)]
    public void IsActive_BeginningSkippedInSpring_CountsFromTheEndOfTheGap(string now, bool isActive) =>
        Assert.Equal(isActive, Of("30 2 * * *", 1, "Europe/Berlin").IsActive(At(now)));

    /// <summary>On 25 October 2026 Berlin has 02:30 twice: at 00:30 and at 01:30 UTC.</summary>
    [Theory]
    [InlineData("2026-10-25T00:30:00Z", true)]
    [InlineData("2026-10-25T01:29:59Z", true)]
    [InlineData("2026-10-25T01:30:00Z", false)]
    public void IsActive_BeginningTwiceInAutumn_CountsTheFirst(string now, bool isActive) =>
        Assert.Equal(isActive, Of("30 2 * * *", 1, "Europe/Berlin").IsActive(At(now)));

    [Fact]
    public void Json_ThereAndBack_IsTheSame()
    {
        var schedule = Of("0 8 * * mon-fri", 10, "Europe/Berlin");

        var back = JsonSerializer.Deserialize<Schedule>(JsonSerializer.Serialize(schedule))!;

        Assert.Equal(("0 8 * * mon-fri", schedule.Length), (back.Begins.Text, back.Length));
        Assert.True(back.IsActive(At("2026-01-05T12:00:00Z")));
    }

    private static Schedule Of(string cron, double hours, string zone) => new()
    {
        Name = "hours",
        Begins = CronExpression.Parse(cron).Value!,
        Length = TimeSpan.FromHours(hours),
        TimeZone = zone,
    };

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
