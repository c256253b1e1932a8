using ControlPlane.Core.Backends;
using ControlPlane.Core.Monitors;
using ControlPlane.Core.Problems;
using ControlPlane.Core.Scaling.Strategies;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Core.Tests.Monitors;

public sealed class MonitorSpecTests
{
    private static readonly MonitorSpec Good = new()
    {
        Name = "monitor1",
        Tag = "group1",
        MinInstances = 1,
        MaxInstances = 3,
        AllocateType = "local",
        AllocateStrategy = "JobNumAwareAllocateStrategy",
    };

    [Fact]
    public void Validate_OnlyTheSeedsFields_TakesTheDefaults()
    {
        var monitor = Validate(Good).Value;

        Assert.Equal(("monitor1", "group1", 1, 3, "local"), (monitor.Name, monitor.Tag, monitor.Min, monitor.Max, monitor.Provider));
        Assert.Equal(("sql-engine", 6), (monitor.Profile, monitor.Samples));
        Assert.Equal(TimeSpan.FromSeconds(5), monitor.Period);
        Assert.Equal(TimeSpan.FromMinutes(5), monitor.DrainDeadline);
        Assert.False(monitor.IsRemoving);
    }

    /// <summary>The peer documents one name and accepts only the other.</summary>
    [Theory]
    [InlineData("JobNumAwareAllocateStrategy")]
    [InlineData("JobNumAwareAllocate")]
    public void Validate_BothNamesOfTheStrategy_MeanTheSame_PeerDefect21(string name) =>
        Assert.Equal("JobNumAwareAllocate", Validate(Good with { AllocateStrategy = name }).Value.Strategy);

    [Theory]
    [InlineData("jobnumawareallocate")]
    [InlineData("JobNumAwareAllocateStrategyStrategy")]
    [InlineData("Strategy")]
    public void Validate_UnknownStrategy_IsRefusedWhenAddedAndTheKnownOnesAreListed_PeerDefect21(string name) =>
        Assert.Equal(
            $"allocateStrategy: \"{name}\" is not known. Known: {string.Join(", ", AllocateStrategies.Names)}.",
            Validate(Good with { AllocateStrategy = name }).Problem!.Detail);

    [Fact]
    public void Validate_Nothing_SaysAllThatIsMissing()
    {
        var problem = Validate(new MonitorSpec()).Problem!;

        Assert.Equal(ProblemCodes.Invalid, problem.Code);
        Assert.Equal(["name", "tag", "minInstances", "maxInstances", "allocateType", "allocateStrategy"], problem.Errors.Select(error => error.Field));
        Assert.All(problem.Errors, error => Assert.Contains("is missing", error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Validate_EverythingWrong_SaysAllAtOnce()
    {
        var spec = new MonitorSpec
        {
            Name = "a/b",
            Tag = "a,b",
            MinInstances = -1,
            MaxInstances = 0,
            AllocateType = "cluster",
            AllocateStrategy = "Best",
            PeriodSeconds = 0.1,
            Samples = 0,
            DrainDeadlineSeconds = -1,
        };

        var errors = Validate(spec).Problem!.Errors;

        Assert.Equal(
            ["name", "tag", "minInstances", "maxInstances", "allocateType", "allocateStrategy", "periodSeconds", "samples", "drainDeadlineSeconds"],
            errors.Select(error => error.Field));
        Assert.Contains("\"cluster\" is not known. Known: local.", errors.Select(error => error.Message));
    }

    [Theory]
    [InlineData("a,b", "names several tags. A monitor watches one; add a monitor for each.")]
    [InlineData("a\nb", "holds a comma or a control character inside a tag. Remove it.")]
    [InlineData("  ", "is missing. Give the tag of the group, such as group1.")]
    [InlineData("a/b", "holds a control character or one of / \\ # ? , %. Use letters, digits, and characters such as - _ . :")]
    [InlineData("..", "must not be a dot or two dots.")]
    public void Validate_BadTag_SaysWhatIsWrong(string tag, string message) =>
        Assert.Equal([new FieldError("tag", message)], Validate(Good with { Tag = tag }).Problem!.Errors);

    /// <summary>The group's instances are named for it, up to a number of ten digits.</summary>
    [Theory]
    [InlineData('a', 117, "has 118 characters. At most 117 are allowed.")]
    [InlineData('中', 81, "takes 246 bytes in UTF-8. At most 244 are allowed, since folders are named for it. Shorten it.")]
    public void Validate_LongestTag_LeavesRoomForTheNumbersOfItsInstances(char letter, int most, string message)
    {
        var longest = Validate(Good with { Tag = new string(letter, most) }).Value.Tag;

        Assert.Null(ResourceName.Check("name", $"{longest}-{int.MaxValue}"));
        Assert.Equal([new FieldError("tag", message)], Validate(Good with { Tag = longest + letter }).Problem!.Errors);
    }

    [Fact]
    public void Validate_BlanksAroundTheTag_DoNotCount() => Assert.Equal("group1", Validate(Good with { Tag = " group1 " }).Value.Tag);

    [Theory]
    [InlineData(0, 1, null)]
    [InlineData(3, 3, null)]
    [InlineData(1000, 1000, null)]
    [InlineData(0, 0, "maxInstances: is 0. Give a whole number from 1 to 1000.")]
    [InlineData(0, 1001, "maxInstances: is 1001. Give a whole number from 1 to 1000.")]
    [InlineData(-1, 3, "minInstances: is -1. Give a whole number from 0.")]
    [InlineData(4, 3, "minInstances: is 4, more than maxInstances, which is 3. Lower it or raise the other.")]
    public void Validate_Bounds_AreChecked(int min, int max, string? message) =>
        Assert.Equal(message, Validate(Good with { MinInstances = min, MaxInstances = max }).Problem?.Detail);

    [Theory]
    [InlineData(0.2, true)]
    [InlineData(3600, true)]
    [InlineData(0.19, false)]
    [InlineData(3600.1, false)]
    [InlineData(double.NaN, false)]
    [InlineData(double.PositiveInfinity, false)]
    public void Validate_Period_HasARange(double seconds, bool isAllowed) =>
        Assert.Equal(isAllowed, Validate(Good with { PeriodSeconds = seconds }).Problem is null);

    [Theory]
    [InlineData(0, true)]
    [InlineData(86_400, true)]
    [InlineData(86_401, false)]
    [InlineData(double.NaN, false)]
    public void Validate_DrainDeadline_HasARange(double seconds, bool isAllowed) =>
        Assert.Equal(isAllowed, Validate(Good with { DrainDeadlineSeconds = seconds }).Problem is null);

    [Theory]
    [InlineData(1, true)]
    [InlineData(1000, true)]
    [InlineData(0, false)]
    [InlineData(1001, false)]
    public void Validate_Samples_HaveARange(int samples, bool isAllowed) =>
        Assert.Equal(isAllowed, Validate(Good with { Samples = samples }).Problem is null);

    [Fact]
    public void Validate_ProfileThatTheProviderCannotStart_NamesBoth() =>
        Assert.Equal(
            "profile: \"looker\" is not known, or has no section that says how local instances start. GET /v1/profiles lists the profiles.",
            Validate(Good with { Profile = "looker" }).Problem!.Detail);

    private static Result<Monitor> Validate(MonitorSpec spec) =>
        spec.Validate(["local"], (provider, profile) => (provider, profile) == ("local", "sql-engine"));
}
