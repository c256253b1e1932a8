using ControlPlane.Core.Problems;

namespace ControlPlane.Core.Tests.Problems;

public sealed class ResultTests
{
    private static readonly Problem Bad = Problem.Invalid("name", "is bad.");

    [Fact]
    public void Is_Value_GivesTheValue()
    {
        Result<string> result = "a";

        Assert.True(result.Is(out var value, out var problem));
        Assert.Equal("a", value);
        Assert.Null(problem);
        Assert.Equal("a", result.Value);
    }

    [Fact]
    public void Is_Problem_GivesTheProblem()
    {
        Result<string> result = Bad;

        Assert.False(result.Is(out _, out var problem));
        Assert.Same(Bad, problem);
    }

    [Fact]
    public void Value_OfAProblem_ThrowsWithItsDetail()
    {
        Result<int> result = Bad;

        Assert.Equal("name: is bad.", Assert.Throws<InvalidOperationException>(() => result.Value).Message);
    }

    [Fact]
    public void Then_GoesOnOnlyWithAValue()
    {
        Result<int> good = 20;
        Result<int> bad = Bad;

        Assert.Equal("21", good.Then<string>(number => $"{number + 1}").Value);
        Assert.Same(Bad, bad.Then<string>(_ => throw new InvalidOperationException("must not be called")).Problem);
    }

    [Fact]
    public void Invalid_SeveralFields_AreAllInTheDetail()
    {
        var problem = Problem.Invalid([new FieldError("name", "is missing."), new FieldError("url", "is wrong.")]);

        Assert.Equal(ProblemCodes.Invalid, problem.Code);
        Assert.Equal("name: is missing. url: is wrong.", problem.Detail);
        Assert.Equal(2, problem.Errors.Count);
        Assert.Null(problem.RetryAfter);
    }
}
