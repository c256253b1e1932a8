using ControlPlane.Infra.Ssh;

namespace ControlPlane.Infra.Tests.Ssh;

public sealed class AttemptsTests
{
    [Fact]
    public void IsUnheard_EveryAttemptUnheard_IsTrueUntilForgotten()
    {
        var attempts = new Attempts();
        attempts.WasUnheard("a", attempts.Begin("a"));
        attempts.WasUnheard("a", attempts.Begin("a"));
        Assert.True(attempts.IsUnheard("a"));

        attempts.Forget("a");

        Assert.False(attempts.IsUnheard("a"));
    }

    [Fact]
    public void IsUnheard_AttemptUnderWay_IsFalse()
    {
        var attempts = new Attempts();
        attempts.WasUnheard("a", attempts.Begin("a"));

        attempts.Begin("a");

        Assert.False(attempts.IsUnheard("a"));
    }

    [Fact]
    public void IsUnheard_OneOfTwoAtOnceStillUnderWay_IsFalse()
    {
        var attempts = new Attempts();
        var (one, two) = (attempts.Begin("a"), attempts.Begin("a"));

        attempts.WasUnheard("a", one);
        Assert.False(attempts.IsUnheard("a"));

        attempts.WasUnheard("a", two);
        Assert.False(attempts.IsUnheard("a"));
    }

    [Fact]
    public void IsUnheard_MoreThanAreRemembered_IsFalseForAll()
    {
        var attempts = new Attempts(most: 2);
        attempts.Begin("heard");
        attempts.WasUnheard("a", attempts.Begin("a"));

        attempts.WasUnheard("b", attempts.Begin("b"));
        attempts.WasUnheard("heard", attempts.Begin("heard"));

        Assert.All((string[])["heard", "a", "b"], instance => Assert.False(attempts.IsUnheard(instance)));
    }
}
