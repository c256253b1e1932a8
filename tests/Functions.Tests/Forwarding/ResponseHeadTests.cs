using System.Text;
using ControlPlane.Functions.Router.Forwarding;
using FsCheck;
using FsCheck.Fluent;

namespace ControlPlane.Functions.Tests.Forwarding;

public sealed class ResponseHeadTests
{
    [Fact]
    public void Read_ValidHead_GivesStatusHeadersAndLength()
    {
        var bytes = Bytes("HTTP/1.1 404 Not here\r\nA: 1\r\nb:\t two words \r\nEmpty:\r\nContent-Length: 12\r\n\r\nbody");
        var head = new ResponseHead();

        var state = head.Read(bytes);

        Assert.Equal(HeadState.Complete, state);
        Assert.Equal(404, head.Status);
        Assert.Equal("Not here", Text(head.Reason.Value(bytes)));
        Assert.Equal(["A=1", "b=two words", "Empty=", "Content-Length=12"], Pairs(head, bytes));
        Assert.Equal(12, head.ContentLength);
        Assert.Equal(bytes.Length - "body".Length, head.Length);
        Assert.True(head.KeepsAlive);
    }

    [Theory]
    [InlineData("HTTP/1.1 200\r\n\r\n")]
    [InlineData("HTTP/1.1 200 \r\n\r\n")]
    [InlineData("HTTP/1.0 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\ncontent-length: 5\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX: caf\u00e9\r\n\r\n")]
    public void Read_UnusualButValidHead_IsComplete(string text) => Assert.Equal(HeadState.Complete, new ResponseHead().Read(Bytes(text)));

    [Theory]
    [InlineData("HTTP/2.0 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.2 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 20 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 099 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 2000 OK\r\n\r\n")]
    [InlineData("HTTP/1.1  200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 O\rK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: 1\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: 1\rB: 2\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: 1\0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA : 1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: 1\r\n folded\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n: nameless\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nno colon\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1 2\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9999999999999999999\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: xchunked\r\n\r\n")]
    [InlineData("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("\r\nHTTP/1.1 200 OK\r\n\r\n")]
    [InlineData("\n")]
    [InlineData("SSH-2.0-OpenSSH")]
    public void Read_InvalidHead_IsMalformed(string text) => Assert.Equal(HeadState.Malformed, new ResponseHead().Read(Bytes(text)));

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", false, false)]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: Keep-Alive\r\n\r\n", true, false)]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: x-a, CLOSE\r\n\r\n", false, true)]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nConnection: x-a\r\n\r\n", true, true)]
    [InlineData("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n", false, false)]
    public void Read_ConnectionHeader_SaysWhetherItStaysOpenAndNamesOthers(string text, bool keepsAlive, bool names)
    {
        var head = new ResponseHead();

        head.Read(Bytes(text));

        Assert.Equal((keepsAlive, names), (head.KeepsAlive, head.NamesHopByHop));
    }

    [Fact]
    public void Read_HeadLongerThanAllowed_IsMalformedAsSoonAsItIs()
    {
        var head = new ResponseHead();
        var endless = Bytes("HTTP/1.1 200 OK\r\nA: " + new string('x', ResponseHead.MaxLength));

        Assert.Equal(HeadState.Incomplete, head.Read(endless.AsSpan(0, ResponseHead.MaxLength - 1)));
        Assert.Equal(HeadState.Malformed, head.Read(endless.AsSpan(0, ResponseHead.MaxLength)));
    }

    [Fact]
    public void Read_AnySplit_GivesTheSameAsAtOnce()
    {
        var bytes = Bytes("HTTP/1.1 200 OK\r\nA: 1\r\nB:  2 \r\nContent-Length: 3\r\n\r\n");
        var whole = new ResponseHead();
        whole.Read(bytes);
        var splits = Gen.Choose(1, bytes.Length - 1).ListOf().ToArbitrary();

        Prop.ForAll(splits, cuts =>
        {
            var head = new ResponseHead();
            var early = cuts.Order().Select(cut => head.Read(bytes.AsSpan(0, cut))).ToList();
            var last = head.Read(bytes);
            return early.All(state => state == HeadState.Incomplete) && last == HeadState.Complete
                && Pairs(head, bytes).SequenceEqual(Pairs(whole, bytes)) && head.Length == whole.Length;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Read_AnyOneByteChanged_NeverThrows()
    {
        var valid = Bytes("HTTP/1.1 200 OK\r\nA: 1\r\nTransfer-Encoding: chunked\r\nConnection: a, b\r\n\r\n");

        for (var i = 0; i < valid.Length; i++)
        {
            for (var value = 0; value < 256; value++)
            {
                var changed = valid.ToArray();
                changed[i] = (byte)value;
                var head = new ResponseHead();
                if (head.Read(changed) == HeadState.Complete)
                    Assert.InRange(head.Length, 1, changed.Length);
            }
        }
    }

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    private static List<string> Pairs(ResponseHead head, byte[] bytes) =>
        [.. head.Headers.Select(header => $"{Text(header.Name(bytes))}={Text(header.Value(bytes))}")];
}
