using System.Text;
using ControlPlane.Functions.Router.Forwarding;
using FsCheck;
using FsCheck.Fluent;

namespace ControlPlane.Functions.Tests.Forwarding;

public sealed class ChunkedDecoderTests
{
    [Theory]
    [InlineData("0\r\n\r\n", "")]
    [InlineData("3\r\nabc\r\n0\r\n\r\n", "abc")]
    [InlineData("3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n", "abc0123456789")]
    [InlineData("00003\r\nabc\r\n000\r\n\r\n", "abc")]
    [InlineData("3;name=value;other\r\nabc\r\n0;last\r\n\r\n", "abc")]
    [InlineData("3\r\nabc\r\n0\r\nTrailer: x\r\nOther:\r\n\r\n", "abc")]
    [InlineData("2\r\n\r\n\r\n0\r\n\r\n", "\r\n")]
    public void Read_ValidBody_GivesItsContent(string body, string content)
    {
        var (state, read, rest) = Decode(body);

        Assert.Equal((BodyState.Complete, content, ""), (state, read, rest));
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData(";x\r\n")]
    [InlineData("g\r\n")]
    [InlineData("-1\r\n")]
    [InlineData("0x3\r\nabc\r\n")]
    [InlineData(" 3\r\nabc\r\n")]
    [InlineData("3 \r\nabc\r\n")]
    [InlineData("3\nabc\r\n")]
    [InlineData("3\r\nabcd\r\n")]
    [InlineData("3\r\nabc\n0\r\n\r\n")]
    [InlineData("3\r\nabc0\r\n\r\n")]
    [InlineData("3;a\nb\r\nabc\r\n")]
    [InlineData("3;a\0\r\nabc\r\n")]
    [InlineData("10000000000000000\r\n")]
    [InlineData("0\r\nno colon\r\n\r\n")]
    [InlineData("0\r\n: nameless\r\n\r\n")]
    [InlineData("0\r\nA: 1\n\r\n")]
    [InlineData("0\r\nA: 1\rB: 2\r\n\r\n")]
    [InlineData("0\r\n\n")]
    public void Read_InvalidBody_IsMalformed(string body) => Assert.Equal(BodyState.Malformed, Decode(body).State);

    [Fact]
    public void Read_EndlessExtensionOrTrailers_IsMalformed()
    {
        Assert.Equal(BodyState.Malformed, Decode("3;" + new string('x', 20_000)).State);
        Assert.Equal(BodyState.Malformed, Decode("0\r\n" + string.Concat(Enumerable.Repeat("A: 1234567\r\n", 3_000))).State);
    }

    [Fact]
    public void Read_BytesAfterTheEnd_AreLeft() => Assert.Equal("HTTP/1.1", Decode("1\r\na\r\n0\r\n\r\nHTTP/1.1").Left);

    [Fact]
    public void Read_AnyChunksAndAnySplit_GiveTheContent()
    {
        var chunks = Gen.ListOf(Gen.Choose(1, 300)).ToArbitrary();
        var splits = Gen.Choose(1, 200).ListOf().Where(list => list.Count > 0).ToArbitrary();

        Prop.ForAll(chunks, splits, (lengths, steps) =>
        {
            var content = string.Concat(lengths.Select((length, i) => new string((char)('a' + (i % 26)), length)));
            var body = string.Concat(lengths.Select((length, i) => $"{length:x}\r\n{new string((char)('a' + (i % 26)), length)}\r\n"));
            var (state, read, rest) = Decode(body + "0\r\n\r\n", steps);
            return state == BodyState.Complete && read == content && rest.Length == 0;
        }).QuickCheckThrowOnFailure();
    }

    private static (BodyState State, string Content, string Left) Decode(string body, List<int>? steps = null)
    {
        var decoder = default(ChunkedDecoder);
        var bytes = Encoding.Latin1.GetBytes(body).AsSpan();
        var content = new StringBuilder();
        for (var turn = 0; !bytes.IsEmpty; turn++)
        {
            var part = steps is null ? bytes : bytes[..Math.Min(bytes.Length, steps[turn % steps.Count])];
            var step = decoder.Read(part);
            content.Append(Encoding.Latin1.GetString(part.Slice(step.Consumed - step.Payload, step.Payload)));
            bytes = bytes[step.Consumed..];
            if (step.State != BodyState.Incomplete)
                return (step.State, content.ToString(), Encoding.Latin1.GetString(bytes));
        }

        return (BodyState.Incomplete, content.ToString(), "");
    }
}
