namespace ControlPlane.Infra.Tests.LocalProcess;

public sealed class LogTailTests
{
    [Fact]
    public async Task ReadLogTail_NothingWritten_IsEmpty()
    {
        await using var engines = new Engines();

        Assert.Equal("", await engines.Provider.ReadLogTailAsync("demo-1", CancellationToken.None));
        await engines.StartAsync("demo-1", Engines.Profile("sleep", Engines.Lifetime));
        Assert.Equal("", await engines.Provider.ReadLogTailAsync("demo-1", CancellationToken.None));
    }

    /// <summary>The letter takes two bytes, so that a cut at any byte would break one in half of the cases.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("x")]
    public async Task ReadLogTail_LongLog_GivesTheLastWholeLines(string shift)
    {
        await using var engines = new Engines();
        await engines.StartAsync("demo-1", Engines.Script($"i=0; while [ $i -lt 400 ]; do i=$((i+1)); echo {shift}ééé line $i; done; echo end; exec sleep {Engines.Lifetime}"));
        await engines.WroteAsync("demo-1", "end");

        var lines = (await engines.Provider.ReadLogTailAsync("demo-1", CancellationToken.None)).Split('\n');

        Assert.InRange(lines.Length, 50, 399);
        Assert.Equal("end", lines[^1]);
        Assert.All(lines[..^1], line => Assert.StartsWith($"{shift}ééé line ", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task ReadLogTail_OneVeryLongLine_GivesItsEnd()
    {
        await using var engines = new Engines();
        await engines.StartAsync("demo-1", Engines.Script($"head -c 9000 /dev/zero | tr '\\0' a; printf end; exec sleep {Engines.Lifetime}"));

        await engines.WroteAsync("demo-1", "aaaend");

        Assert.InRange((await engines.Provider.ReadLogTailAsync("demo-1", CancellationToken.None)).Length, 1000, 2000);
    }
}
