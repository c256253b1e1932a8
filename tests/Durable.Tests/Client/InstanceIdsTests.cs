using ControlPlane.Durable.Client;

namespace ControlPlane.Durable.Tests.Client;

public sealed class InstanceIdsTests
{
    [Theory]
    [InlineData("watch:demo")]
    [InlineData("a@b c.d-e_f")]
    [InlineData("中文")]
    public void ThrowIfNotAllowed_AllowedId_DoesNotThrow(string id) => InstanceIds.ThrowIfNotAllowed(id);

    [Theory]
    [InlineData("@a", "does not begin with '@'")]
    [InlineData("a/b", "does not contain '/'")]
    [InlineData("a\tb", "does not contain control characters")]
    public void ThrowIfNotAllowed_OtherId_SaysWhichRuleItBreaks(string id, string rule) =>
        Assert.Contains(rule, Assert.Throws<ArgumentException>(() => InstanceIds.ThrowIfNotAllowed(id)).Message, StringComparison.Ordinal);

    [Fact]
    public void ThrowIfNotAllowed_LongestId_IsAllowed()
    {
        InstanceIds.ThrowIfNotAllowed(new string('x', InstanceIds.MaxLength));

        Assert.Throws<ArgumentException>(() => InstanceIds.ThrowIfNotAllowed(new string('x', InstanceIds.MaxLength + 1)));
    }
}
