using System.Text;
using ControlPlane.Functions.Signals;

namespace ControlPlane.Functions.Tests.Signals;

public sealed class JsonAnswerTests
{
    private const string Document = """{"queue":{"depth":17,"ok":true,"off":false,"text":"17","none":null,"list":[1.5],"huge":1e999}}""";

    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;

    [Theory]
    [InlineData("/queue/depth", 17.0, true)]
    [InlineData("/queue/list/0", 1.5, true)]
    [InlineData("/queue/ok", null, true)]
    [InlineData("/queue/off", null, false)]
    public void Read_NumberOrTruth_IsTheValue(string path, double? number, bool truth)
    {
        var answer = Read(Document, path);

        Assert.Equal((null, number, truth, Now), (answer.Fault, answer.Number, answer.Truth, answer.At));
    }

    [Theory]
    [InlineData("/queue/missing", "its answer has nothing at that path")]
    [InlineData("no-slash", "its answer has nothing at that path")]
    [InlineData("/queue/text", "what it answers at that path is no number")]
    [InlineData("/queue/none", "what it answers at that path is no number")]
    [InlineData("/queue/list", "what it answers at that path is no number")]
    [InlineData("/queue/huge", "what it answers at that path is no number")]
    [InlineData("", "what it answers at that path is no number")]
    public void Read_AnythingElse_IsAFault(string path, string fault) => Assert.Equal(fault, Read(Document, path).Fault);

    [Fact]
    public void Read_BareNumber_IsTheWholeDocument() => Assert.Equal(4, Read("4", "").Number);

    private static SourceAnswer Read(string body, string path) =>
        SourceAnswer.Parse(Encoding.UTF8.GetBytes(body), root => JsonAnswer.Read(root, path, Now), Now);
}
