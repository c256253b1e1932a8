using System.IO.Pipelines;
using System.Text;
using ControlPlane.Functions.Router;
using ControlPlane.Functions.Tests.Site;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ControlPlane.Functions.Tests.Parameters;

public class RouteParametersTests
{
    private const string Form = "application/x-www-form-urlencoded";
    private const string Json = "application/json; charset=utf-8";

    [Theory]
    [InlineData("?tags=a&proxyStrategy=X", Form, "tags=b&proxyStrategy=Y", "a", "X")]
    [InlineData("?tags=a&tags=b", Form, "", "a,b", null)]
    [InlineData("?tags=%E5%8D%8E%E4%B8%9C", null, "", "华东", null)]
    [InlineData("?tags=a", Form, "proxyStrategy=Y&tags=b", "a", "Y")]
    [InlineData("?tags=a", Json, """{"proxyStrategy":"Y"}""", "a", "Y")]
    [InlineData("?proxyStrategy=X", Form, "tags=b&proxyStrategy=Y", "b", "X")]
    [InlineData("?tags=", Form, "tags=b", "b", null)]
    [InlineData("?tags=", Form, "sql=x", "", null)]
    [InlineData("", Form, "tags=b&proxyStrategy=Y", "b", "Y")]
    [InlineData("", null, "tags=b", "b", null)]
    [InlineData("", "text/plain", "tags=b", "b", null)]
    [InlineData("", Json, """{"tags":["b","c"]}""", "b,c", null)]
    [InlineData("", "multipart/form-data; boundary=x", "tags=b", null, null)]
    [InlineData("?tags=a", "multipart/form-data; boundary=x", "tags=b", "a", null)]
    [InlineData("", null, "", null, null)]
    public async Task Read_QueryAndBody_QueryGoesFirst(string query, string? type, string body, string? tags, string? strategy)
    {
        var (request, _) = Request(query, type, Encoding.UTF8.GetBytes(body));

        var found = await RouteParameters.ReadAsync(request);

        Assert.Equal(new RouteParameters(tags, strategy), found);
    }

    [Fact]
    public async Task Read_TagsInTheQueryOfAStream_DoesNotWaitForTheBody()
    {
        var pipe = new Pipe();
        var request = Request("?tags=a", "application/octet-stream", pipe.Reader, null);

        var found = await RouteParameters.ReadAsync(request).AsTask().SoonAsync("the parameters while the body has not begun");

        Assert.Equal("a", found.Tags);
    }

    [Fact]
    public void Read_FormInPiecesOfAnySize_GivesTheSameAndLeavesTheBody() =>
        Prop.ForAll(Gen.Choose(1, 40).ArrayOf().Where(sizes => sizes.Length > 0).ToArbitrary(), ArbMap.Default.ArbFor<bool>(), (sizes, hasLength) =>
        {
            var body = Encoding.UTF8.GetBytes("sql=select+%27华东%27&tags=a&proxyStrategy=JobNumAware&owner=x&tags=%E5%8D%8E%E4%B8%9C");
            var pipe = new Pipe();
            var request = Request("", Form, pipe.Reader, hasLength ? body.Length : null);

            var reading = RouteParameters.ReadAsync(request).AsTask();
            WriteInPieces(pipe.Writer, body, sizes).SoonAsync("the body to be written").Wait();
            var found = reading.SoonAsync("the parameters").Result;

            Assert.Equal(new RouteParameters("a,华东", "JobNumAware"), found);
            Assert.Equal(body, ReadAll(pipe.Reader).Result);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(Form, "tags=a&sql=", "")]
    [InlineData(Json, "{\"tags\":\"a\",\"sql\":\"", "\"}")]
    public async Task Read_BodyOverTheLimit_LooksAtItsBeginningOnly(string type, string begin, string end)
    {
        var body = Encoding.UTF8.GetBytes(begin + new string('x', RouteParameters.PeekLimit) + end);
        var (request, reader) = Request("", type, body);

        var found = await RouteParameters.ReadAsync(request);

        Assert.Equal("a", found.Tags);
        Assert.Equal(body, await ReadAll(reader));
    }

    [Fact]
    public async Task Read_TagsCutByTheLimit_DoNotCount()
    {
        const string filler = "sql=", tail = "&tags=gro";
        var body = Encoding.UTF8.GetBytes(filler + new string('x', RouteParameters.PeekLimit - filler.Length - tail.Length) + tail + "up1");

        var found = await RouteParameters.ReadAsync(Request("", Form, body).Request);

        Assert.Null(found.Tags);
    }

    [Fact]
    public async Task Read_TagsRightBeforeTheLimit_Count()
    {
        const string filler = "sql=", tail = "&tags=group1";
        var body = Encoding.UTF8.GetBytes(filler + new string('x', RouteParameters.PeekLimit - filler.Length - tail.Length) + tail);

        var found = await RouteParameters.ReadAsync(Request("", Form, body).Request);

        Assert.Equal("group1", found.Tags);
    }

    private static (HttpRequest Request, PipeReader Body) Request(string query, string? type, byte[] body)
    {
        var reader = PipeReader.Create(new System.Buffers.ReadOnlySequence<byte>(body));
        return (Request(query, type, reader, body.Length), reader);
    }

    private static HttpRequest Request(string query, string? type, PipeReader body, long? length)
    {
        var context = new DefaultHttpContext();
        context.Features.Set<IRequestBodyPipeFeature>(new Body(body));
        context.Request.QueryString = new QueryString(query);
        context.Request.ContentType = type;
        context.Request.ContentLength = length;
        if (length is null)
            context.Request.Headers.TransferEncoding = "chunked";
        return context.Request;
    }

    private static async Task WriteInPieces(PipeWriter writer, byte[] body, int[] sizes)
    {
        var rest = body.AsMemory();
        for (var i = 0; rest.Length > 0; i++)
        {
            var size = Math.Min(rest.Length, sizes[i % sizes.Length]);
            await writer.WriteAsync(rest[..size]);
            await Task.Yield();
            rest = rest[size..];
        }

        await writer.CompleteAsync();
    }

    private static async Task<byte[]> ReadAll(PipeReader reader)
    {
        var all = new MemoryStream();
        await reader.CopyToAsync(all);
        return all.ToArray();
    }

    private sealed class Body(PipeReader reader) : IRequestBodyPipeFeature
    {
        public PipeReader Reader => reader;
    }
}
