using ControlPlane.Core.Backends;
using ControlPlane.Core.Problems;

namespace ControlPlane.Core.Tests.Backends;

public sealed class BackendSpecTests
{
    private static readonly BackendSpec Good = new() { Name = "backend1", Url = "127.0.0.1:9003", Tags = ["group1"] };

    [Fact]
    public void Validate_OnlyWhatIsRequired_TakesTheDefaults()
    {
        var backend = Validate(Good).Value;

        Assert.Equal("backend1", backend.Name);
        Assert.Equal("http://127.0.0.1:9003", backend.Url);
        Assert.Equal("group1", backend.Tags.ToString());
        Assert.Equal("generic", backend.Profile);
        Assert.Equal(1, backend.Weight);
        Assert.Null(backend.MaxJobs);
        Assert.Null(backend.Version);
        Assert.Null(backend.Monitor);
        Assert.Equal(BackendState.Joining, backend.State);
    }

    [Fact]
    public void Validate_Everything_IsTaken()
    {
        var backend = Validate(Good with { Profile = "mlsql", Weight = 3, MaxJobs = 7, Version = "2.1.0" }).Value;

        Assert.Equal(("mlsql", 3, 7, "2.1.0"), (backend.Profile, backend.Weight, backend.MaxJobs, backend.Version));
    }

    [Fact]
    public void Validate_Nothing_SaysAllThatIsMissing()
    {
        var problem = Validate(new BackendSpec()).Problem!;

        Assert.Equal(ProblemCodes.Invalid, problem.Code);
        Assert.Equal(
            [
                new FieldError("name", "is missing. Give a name, such as backend1."),
                new FieldError("url", "is missing. Give host:port, such as 127.0.0.1:9003."),
                new FieldError("tags", "is missing. Give one or more tags, such as group1."),
            ],
            problem.Errors);
        Assert.All(problem.Errors, error => Assert.Contains($"{error.Field}: {error.Message}", problem.Detail, StringComparison.Ordinal));
    }

    [Fact]
    public void Validate_EverythingWrong_SaysAllAtOnce()
    {
        var spec = new BackendSpec
        {
            Name = "a/b",
            Url = "nowhere",
            Tags = ["a", ""],
            Profile = "unknown",
            Weight = 0,
            MaxJobs = 0,
            Version = "",
        };

        var errors = Validate(spec).Problem!.Errors;

        Assert.Equal(["name", "url", "tags", "profile", "weight", "maxJobs", "version"], errors.Select(error => error.Field));
        Assert.Contains("\"unknown\" is not known. GET /v1/profiles lists the profiles.", errors.Select(error => error.Message));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1001)]
    public void Validate_WeightOutOfRange_NamesValueAndRange(int weight) =>
        Assert.Equal($"weight: is {weight}. Give a whole number from 1 to 1000.", Validate(Good with { Weight = weight }).Problem!.Detail);

    [Theory]
    [InlineData(0)]
    [InlineData(100_001)]
    public void Validate_MaxJobsOutOfRange_NamesValueAndRange(int maxJobs) =>
        Assert.Equal($"maxJobs: is {maxJobs}. Give a whole number from 1 to 100000.", Validate(Good with { MaxJobs = maxJobs }).Problem!.Detail);

    [Fact]
    public void Validate_AtTheEndsOfTheRanges_IsAllowed()
    {
        Assert.Null(Validate(Good with { Weight = 1, MaxJobs = 1, Version = "1" }).Problem);
        Assert.Null(Validate(Good with { Weight = 1000, MaxJobs = 100_000, Version = new string('1', 128) }).Problem);
        Assert.NotNull(Validate(Good with { Version = new string('1', 129) }).Problem);
    }

    [Fact]
    public void Validate_CallersNameForTags_StandsInTheError()
    {
        Assert.Equal("tag", (Good with { Tags = null }).Validate(_ => true, "tag").Problem!.Errors[0].Field);
        Assert.Equal("tag", (Good with { Tags = [","] }).Validate(_ => true, "tag").Problem!.Errors[0].Field);
    }

    [Fact]
    public void Validate_NullAmongTheTags_IsAnErrorAndNoCrash() =>
        Assert.Equal("tags", Validate(Good with { Tags = ["a", null!] }).Problem!.Errors[0].Field);

    private static Result<Backend> Validate(BackendSpec spec) => spec.Validate(profile => profile is "generic" or "mlsql");
}
