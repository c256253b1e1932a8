using System.Text;
using ControlPlane.Core.Profiles;
using ControlPlane.Functions.Router;
using ControlPlane.Functions.Router.Holding;
using ControlPlane.Functions.Tests.Site;
using ControlPlane.TestKit;
using Microsoft.AspNetCore.Http;

namespace ControlPlane.Functions.Tests.Holding;

public class ReadCheckTests
{
    private const string Form = "application/x-www-form-urlencoded";
    private const string Json = "application/json";

    private static readonly ReadRules Selects = new() { Parameter = "sql", Prefixes = ["select"] };

    [Theory]
    [InlineData("", Form, "tags=a&sql=select+1", true)]
    [InlineData("", Form, "tags=a&sql=%20SELECT%0A1", true)]
    [InlineData("", Form, "tags=a&sql=insert", false)]
    [InlineData("", Form, "tags=a", false)]
    [InlineData("", Form, "sql=select+1&sql=delete", false)]
    [InlineData("", Form, "sql=select+1&SQL=delete", false)]
    [InlineData("?sql=select+1", Form, "sql=delete", false)]
    [InlineData("?sql=select+1", Form, "tags=a", true)]
    [InlineData("?sql=select+1", null, "", true)]
    [InlineData("?sql=select+1&sql=select+2", null, "", false)]
    [InlineData("?sql=select+1", "text/plain", "anything", false)]
    [InlineData("?sql=select+1", "multipart/form-data; boundary=x", "anything", false)]
    [InlineData("", Json, """{"sql":"select 1"}""", true)]
    [InlineData("", Json, """{"sql":"select 1","Sql":"delete"}""", false)]
    [InlineData("", Json, """{"sql":["select 1"]}""", false)]
    [InlineData("", Json, """{"other":{"sql":"select 1"}}""", false)]
    [InlineData("", Json, """{"sql":"select 1" """, false)]
    [InlineData("", Json, """["select 1"]""", false)]
    public async Task Tell_Parameter_IsReadOnlyWhenThereIsNoDoubt(string query, string? type, string body, bool isRead) =>
        Assert.Equal(isRead ? RequestKind.Read : RequestKind.Write, await ReadCheck.TellAsync(Request(query, type, body), [Engine(Selects)]));

    [Fact]
    public async Task Tell_BodyLongerThanIsLookedAt_IsAWrite() =>
        Assert.Equal(RequestKind.Write, await ReadCheck.TellAsync(Request("", Form, "sql=select+1&x=" + new string('x', RouteParameters.PeekLimit)), [Engine(Selects)]));

    [Fact]
    public async Task Tell_PackedBody_IsAWrite()
    {
        var request = Request("?sql=select+1", Form, "anything");
        request.Headers.ContentEncoding = "gzip";

        Assert.Equal(RequestKind.Write, await ReadCheck.TellAsync(request, [Engine(Selects)]));
    }

    [Fact]
    public async Task Tell_BodyThatWasLookedAt_IsLeftForTheBackend()
    {
        var request = Request("", Form, "sql=select+1");

        await ReadCheck.TellAsync(request, [Engine(Selects)]);

        Assert.Equal("sql=select+1", await new StreamReader(request.BodyReader.AsStream()).ReadToEndAsync());
    }

    [Fact]
    public async Task Tell_MethodThatNeverWrites_IsARead()
    {
        var request = Request("", null, "");

        Assert.Equal(RequestKind.Read, await ReadCheck.TellAsync(request, [Engine(new ReadRules { Methods = ["POST"] })]));
    }

    [Fact]
    public async Task Tell_OneEngineThatCannotTell_IsAWrite()
    {
        var request = Request("?sql=select+1", null, "");

        Assert.Equal(RequestKind.Write, await ReadCheck.TellAsync(request, [Engine(Selects), Engine(null)]));
        Assert.Equal(RequestKind.Write, await ReadCheck.TellAsync(request, []));
    }

    private static Destination Engine(ReadRules? rules) =>
        new(Sample.Backend("b1", "a"), new EngineProfile { Name = "generic", Reads = rules }, new FakeTimeProvider());

    private static HttpRequest Request(string query, string? type, string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var request = new DefaultHttpContext().Request;
        request.Method = "POST";
        request.QueryString = new QueryString(query);
        request.ContentType = type;
        request.ContentLength = bytes.Length;
        request.Body = new MemoryStream(bytes);
        return request;
    }
}
