using System.Globalization;
using System.Net;
using Azure.Core;
using Azure.Core.Pipeline;
using ControlPlane.Infra.AzureTables.Client;
using ControlPlane.TestKit;

namespace ControlPlane.Infra.Tests.AzureTables;

public sealed class SharedKeyPolicyTests
{
    // The expected values are those of the tests of two earlier clients of Microsoft's: the first of azure-sdk-for-node
    // (sharedkeylitetable-tests.js), the others of the Windows Azure SDK for PHP (SharedKeyLiteTest.php).
    [Theory]
    [InlineData("https://devstoreaccount1.example.net/?comp=properties", "Mon, 05 Dec 2011 17:55:02 GMT", "b89upLBiJ54w3Ju3zBv4GzThZGj/M6C3CdTm1BySj28=")]
    [InlineData("http://127.0.0.1:10002/devstoreaccount1/", "Wed, 29 Apr 2009 13:12:47 GMT", "iRQpXGzlMRb1A57bkcryX7Bg/3Uf5YOfNCG+XIingJI=")]
    [InlineData("http://127.0.0.1:10002/devstoreaccount1/test", "Wed, 29 Apr 2009 13:12:47 GMT", "MsC5SIbFB4M4UZd83CiMaL8ibUhaS5H9CcJBJpsnWqo=")]
    public async Task OnSendingRequest_PublishedExample_GivesThePublishedSignature(string uri, string date, string signature)
    {
        var service = new StubService().Answer(HttpStatusCode.OK);

        await SendAsync(service, uri, new FakeTimeProvider(DateTimeOffset.ParseExact(date, "R", CultureInfo.InvariantCulture)));

        var request = Assert.Single(service.Requests);
        Assert.Equal(date, request.Headers["x-ms-date"]);
        Assert.Equal($"SharedKeyLite devstoreaccount1:{signature}", request.Headers["Authorization"]);
    }

    [Fact]
    public async Task OnSendingRequest_OtherQueryParameters_AreNotSigned()
    {
        var service = new StubService().Answer(HttpStatusCode.OK).Answer(HttpStatusCode.OK);

        await SendAsync(service, "https://example.net/things()?$filter=a&component=b", new FakeTimeProvider());
        await SendAsync(service, "https://example.net/things()", new FakeTimeProvider());

        Assert.Equal(service.Requests[0].Headers["Authorization"], service.Requests[1].Headers["Authorization"]);
    }

    private static async Task SendAsync(StubService service, string uri, TimeProvider time)
    {
        var credential = new TableSharedKeyCredential("devstoreaccount1", Azurite.AccountKey);
        var pipeline = HttpPipelineBuilder.Build(new TableClientOptions { Transport = service.Transport }, new SharedKeyPolicy(credential, time));
        using var message = pipeline.CreateMessage();
        message.Request.Method = RequestMethod.Get;
        message.Request.Uri.Reset(new(uri));
        await pipeline.SendAsync(message, default);
    }
}
