using ControlPlane.Functions.Router.Forwarding;
using Microsoft.Extensions.Primitives;

namespace ControlPlane.Functions.Tests.Forwarding;

public sealed class HopByHopTests
{
    [Theory]
    [InlineData("TE", true)]
    [InlineData("keep-ALIVE", true)]
    [InlineData("Proxy-Anything", true)]
    [InlineData("proxy-x", true)]
    [InlineData("transfer-encoding", true)]
    [InlineData("Proxy", false)]
    [InlineData("Pragma", false)]
    [InlineData("X-TE", false)]
    [InlineData("Content-Encoding!", false)]
    public void Contains_Name_SaysWhetherItStaysBehind(string name, bool staysBehind) => Assert.Equal(staysBehind, HopByHop.Contains(name));

    [Theory]
    [InlineData("x-mine", true)]
    [InlineData("X-Other", true)]
    [InlineData("X-Min", false)]
    public void IsNamed_Option_IsFoundInAnyValue(string name, bool isNamed)
    {
        var connection = new StringValues(["keep-alive, X-Mine", " X-Other\t"]);

        Assert.Equal(isNamed, HopByHop.IsNamed(connection, name));
    }

    [Theory]
    [InlineData("keep-alive", false)]
    [InlineData("Close", false)]
    [InlineData("keep-alive, x", true)]
    public void AnyNamed_Value_SaysWhetherItNamesOthers(string connection, bool anyNamed) =>
        Assert.Equal(anyNamed, HopByHop.AnyNamed(connection));
}
