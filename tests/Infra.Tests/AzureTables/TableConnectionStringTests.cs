using ControlPlane.Infra.AzureTables.Client;
using ControlPlane.TestKit;

namespace ControlPlane.Infra.Tests.AzureTables;

public sealed class TableConnectionStringTests
{
    [Theory]
    [InlineData("DefaultEndpointsProtocol=https;AccountName=a;AccountKey=a2V5;EndpointSuffix=core.windows.net", "https://a.table.core.windows.net/")]
    [InlineData("AccountName=a;AccountKey=a2V5;EndpointSuffix=core.chinacloudapi.cn", "https://a.table.core.chinacloudapi.cn/")]
    [InlineData("AccountName=a;AccountKey=a2V5;TableEndpoint=http://127.0.0.1:1234/a", "http://127.0.0.1:1234/a")]
    [InlineData(" accountname=a; ; accountkey=a2V5 ", "https://a.table.core.windows.net/")]
    [InlineData("UseDevelopmentStorage=true", "http://127.0.0.1:10002/devstoreaccount1")]
    public void Parse_AccountKey_GivesEndpointAndKey(string text, string endpoint)
    {
        var parsed = TableConnectionString.Parse(text);

        Assert.Equal(endpoint, parsed.Endpoint.AbsoluteUri);
        Assert.NotNull(parsed.Key);
    }

    [Fact]
    public void Parse_KeyWithEqualsSigns_KeepsThem()
    {
        var parsed = TableConnectionString.Parse($"AccountName=devstoreaccount1;AccountKey={Azurite.AccountKey}");

        Assert.Equal(new TableSharedKeyCredential("devstoreaccount1", Azurite.AccountKey).Sign("x"), parsed.Key?.Sign("x"));
    }

    [Fact]
    public void Parse_SharedAccessSignature_IsPreferredAndWhole()
    {
        var parsed = TableConnectionString.Parse("TableEndpoint=https://a.table.core.windows.net;SharedAccessSignature=sv=1&sig=a%3D=");

        Assert.Null(parsed.Key);
        Assert.Equal("sv=1&sig=a%3D=", parsed.Signature?.Signature);
    }

    [Theory]
    [InlineData("AccountKey=c2VjcmV0")]
    [InlineData("AccountName=secret")]
    [InlineData("AccountName=a;secret")]
    [InlineData("TableEndpoint=secret;AccountName=a;AccountKey=c2VjcmV0")]
    [InlineData("AccountName=a;AccountKey=secret!")]
    [InlineData("=secret")]
    public void Parse_NotAConnectionString_ThrowsWithoutRepeatingIt(string text)
    {
        var exception = Assert.ThrowsAny<Exception>(() => TableConnectionString.Parse(text));

        Assert.True(exception is FormatException or ArgumentException);
        Assert.DoesNotContain("secret", exception.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", exception.ToString(), StringComparison.Ordinal);
    }
}
