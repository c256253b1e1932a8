using ControlPlane.Core.Backends;
using ControlPlane.Core.Problems;
using FsCheck;
using FsCheck.Fluent;

namespace ControlPlane.Core.Tests.Backends;

public sealed class BackendUrlTests
{
    private static readonly string[] Pieces =
        ["http://", "https://", "HTTP://", "host", "Host", "127.0.0.1", "[::1]", "bücher.example", ":", "80", "443", "9003", "0", "/", "//", "a", "%61", "%2F", "..", ".", "?", "#", "@", " ", "\\", "\t"];

    [Theory]
    [InlineData("127.0.0.1:9003", "http://127.0.0.1:9003")]
    [InlineData("  127.0.0.1:9003 ", "http://127.0.0.1:9003")]
    [InlineData("localhost:80", "http://localhost")]
    [InlineData("localhost:443", "http://localhost:443")]
    [InlineData("Engine-1.Example.COM:9003", "http://engine-1.example.com:9003")]
    [InlineData("my_host:9003", "http://my_host:9003")]
    [InlineData("[::1]:9003", "http://[::1]:9003")]
    [InlineData("http://[0:0:0:0:0:0:0:1]:9003", "http://[::1]:9003")]
    [InlineData("http://127.0.0.1:9003/", "http://127.0.0.1:9003")]
    [InlineData("HTTP://HOST:9003", "http://host:9003")]
    [InlineData("http://host", "http://host")]
    [InlineData("http://host:80", "http://host")]
    [InlineData("https://host:443/", "https://host")]
    [InlineData("https://host:80", "https://host:80")]
    [InlineData("https://host/engine/a/", "https://host/engine/a")]
    [InlineData("https://host/Engine", "https://host/Engine")]
    [InlineData("http://bücher.example:9003", "http://xn--bcher-kva.example:9003")]
    public void Normalize_GoodUrl_TakesTheOneForm(string text, string expected) =>
        Assert.Equal(expected, BackendUrl.Normalize("url", text).Value);

    [Theory]
    [InlineData("")]
    [InlineData("host")]
    [InlineData("9003")]
    [InlineData("host:")]
    [InlineData(":9003")]
    [InlineData("host:0")]
    [InlineData("host:65536")]
    [InlineData("host:-1")]
    [InlineData("host:port")]
    [InlineData("host:9003/path")]
    [InlineData("host:9003 other:9003")]
    [InlineData("host:90\n03")]
    [InlineData("user@host:9003")]
    [InlineData("http://user:secret@host:9003")]
    [InlineData("http://host:9003?a=b")]
    [InlineData("http://host:9003/?")]
    [InlineData("http://host:9003#top")]
    [InlineData("http://")]
    [InlineData("http:///path")]
    [InlineData("http://host:99999")]
    [InlineData("ftp://host:21")]
    [InlineData("file:///etc/passwd")]
    [InlineData("unix:///var/run/engine.sock")]
    [InlineData("javascript:alert(1)")]
    [InlineData("http:host:9003")]
    public void Normalize_BadUrl_NamesTheFieldTheValueAndTheFix(string text)
    {
        var problem = BackendUrl.Normalize("url", text).Problem!;

        Assert.Equal(ProblemCodes.Invalid, problem.Code);
        var error = Assert.Single(problem.Errors);
        Assert.Equal("url", error.Field);
        Assert.StartsWith($"\"{text}\" is no url of a backend.", error.Message, StringComparison.Ordinal);
        Assert.Contains("Write host:port (such as 127.0.0.1:9003)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Normalize_VeryLongText_IsRefusedAndNotRepeatedInFull()
    {
        var error = BackendUrl.Normalize("url", "nowhere/" + new string('a', 2048)).Problem!.Errors[0];

        Assert.True(error.Message.Length < 400, $"The message has {error.Message.Length} characters.");
        Assert.Contains("...", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Normalize_Length_HasALimit()
    {
        var longest = "http://host/" + new string('a', BackendUrl.MaxLength - "http://host/".Length);

        Assert.Equal(longest, BackendUrl.Normalize("url", longest).Value);
        Assert.Equal(
            "has 251 characters in its full form. At most 250 are allowed. Shorten it.",
            BackendUrl.Normalize("url", longest + "a").Problem!.Errors[0].Message);
    }

    [Fact]
    public void Normalize_WhatItGave_StaysAsItIs() =>
        Prop.ForAll(Gen.Elements(Pieces).ListOf().Select(pieces => "http://host" + string.Concat(pieces)).ToArbitrary(), IsStable)
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Normalize_AnyText_IsRefusedOrStaysAsItIs() =>
        Prop.ForAll(Gen.Elements(Pieces).ListOf().Select(string.Concat).ToArbitrary(), IsStable).QuickCheckThrowOnFailure();

    private static bool IsStable(string text) =>
        !BackendUrl.Normalize("url", text).Is(out var once, out _) || BackendUrl.Normalize("url", once).Value == once;
}
