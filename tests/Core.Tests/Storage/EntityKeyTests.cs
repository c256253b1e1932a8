using ControlPlane.Core.Storage;

namespace ControlPlane.Core.Tests.Storage;

public sealed class EntityKeyTests
{
    // Not a theory: xunit itself does not give halves of surrogate pairs back.
    [Fact]
    public void IsStorable_NoText_IsFalse() =>
        Assert.All(["a\0b", "\uD83D", "\uDE00\uD83D"], key => Assert.False(EntityKey.IsStorable(key)));

    [Fact]
    public void IsStorable_AnyOtherText_IsTrue() =>
        Assert.All(["", " ", "a/b", "line\nend", "😀", "\uFFFF"], key => Assert.True(EntityKey.IsStorable(key)));

    [Fact]
    public void IsStorable_Length_EndsAt256Characters()
    {
        Assert.True(EntityKey.IsStorable(new('/', 256)));
        Assert.False(EntityKey.IsStorable(new('k', 257)));
    }
}
