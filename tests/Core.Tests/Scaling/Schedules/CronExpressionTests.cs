using ControlPlane.Core.Scaling.Schedules;

namespace ControlPlane.Core.Tests.Scaling.Schedules;

public sealed class CronExpressionTests
{
    private static readonly DateOnly Monday = new(2026, 1, 5);

    [Theory]
    [InlineData("0 8 * * *", "08:00")]
    [InlineData("0,30 8-9 * * *", "08:00 08:30 09:00 09:30")]
    [InlineData("*/20 0 * * *", "00:00 00:20 00:40")]
    [InlineData("50/5 0 * * *", "00:50 00:55")]
    [InlineData("0 8 * * mon-fri", "08:00")]
    [InlineData("0 8 * * 0,6", "")]
    [InlineData("0 8 5 jan *", "08:00")]
    [InlineData("0 8 6 * *", "")]
    [InlineData("0 8 * feb *", "")]
    public void TimesOn_Monday5January_Are(string text, string times) =>
        Assert.Equal(times, string.Join(' ', Parse(text).TimesOn(Monday).Select(time => time.ToString("HH:mm", null))));

    [Theory]
    [InlineData("0 0 * * 7")]
    [InlineData("0 0 * * 0")]
    [InlineData("0 0 * * sun")]
    [InlineData("0 0 * * 6-7")]
    public void TimesOn_Sunday_HasTwoNumbersAndAName(string text) => Assert.Single(Parse(text).TimesOn(Monday.AddDays(6)));

    [Theory]
    [InlineData(5, true)]
    [InlineData(6, false)]
    [InlineData(13, true)]
    public void TimesOn_BothDaysRestricted_EitherSuffices(int day, bool isThere) =>
        Assert.Equal(isThere, Parse("0 0 13 * mon").TimesOn(new DateOnly(2026, 1, day)).Any());

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("* * * *")]
    [InlineData("* * * * * *")]
    [InlineData("60 * * * *")]
    [InlineData("* 24 * * *")]
    [InlineData("* * 0 * *")]
    [InlineData("* * * 13 *")]
    [InlineData("* * * * 8")]
    [InlineData("5-1 * * * *")]
    [InlineData("*/0 * * * *")]
    [InlineData("*/60 * * * *")]
    [InlineData("5/2147483647 * * * *")]
    [InlineData("1-2-3 * * * *")]
    [InlineData("-1 * * * *")]
    [InlineData("a * * * *")]
    [InlineData("jan * * * *")]
    public void Parse_WrongText_SaysWhatIsWrong(string? text)
    {
        var (value, error) = CronExpression.Parse(text);

        Assert.Null(value);
        Assert.Contains("Give ", error, StringComparison.Ordinal);
    }

    private static CronExpression Parse(string text)
    {
        var (value, error) = CronExpression.Parse(text);
        Assert.Null(error);
        return value!;
    }
}
