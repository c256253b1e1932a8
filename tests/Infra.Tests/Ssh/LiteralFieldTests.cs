using ControlPlane.Core.Backends;
using ControlPlane.Core.Profiles;
using ControlPlane.Infra.Ssh;
using ControlPlane.Infra.Tests.LocalProcess;
using FsCheck;
using FsCheck.Fluent;

namespace ControlPlane.Infra.Tests.Ssh;

/// <summary>Every field of a machine, a profile and an instance comes from people; none may ever be read as shell. The peer's defect 28.</summary>
public sealed class LiteralFieldTests
{
    private const string Loop = "while :; do sleep 60; done";

    private static readonly Gen<string> Text = Gen.Frequency(
            (6, Gen.Elements(
                "a", "-", "--", " ", "'", "\"", "\\", "$(touch x)", "`touch x`", ";touch x;", "&", "|", "\n", ">x", "*", "~", "$HOME", "${HOME}", "$$", "!", "é", "\u6c49",
                "#", "\t", "\r", "=", "D", "J", "\\0101", "%b", "%s", "\u0001", "\u007f", "END_OF_program\n", "words='", "\U0001F600", "\u00c1", "\u0081", "\u0088")),
            (1, Gen.Choose(1, 0x24F).Select(code => char.ConvertFromUtf32(code))))
        .ListOf().Select(string.Concat);

    private static readonly Arbitrary<(string Name, string[] Arguments, string Value, string Setting)> Cases = (
        from name in Text.Where(text => ResourceName.Check("name", text) is null)
        from arguments in Text.ListOf()
        from value in Text
        from setting in Text
        select (name, arguments.Take(6).ToArray(), value, setting)).ToArbitrary();

    [Fact]
    public void Words_AnyText_ComesBackFromTheShellAsItWentIn_PeerDefect28() =>
        Prop.ForAll(Text.ListOf().ToArbitrary(), fields => RoundTrip("/bin/sh", [.. fields])).Check(Config.QuickThrowOnFailure.WithMaxTest(150));

    /// <summary>Where /bin/sh is bash, as on Red Hat's systems.</summary>
    [Fact]
    public void Words_AnyTextReadByBash_ComesBackAsItWentIn() =>
        Prop.ForAll(Text.ListOf().ToArbitrary(), fields => RoundTrip("/bin/bash", [.. fields])).Check(Config.QuickThrowOnFailure.WithMaxTest(60));

    [Fact]
    public void Words_EveryByteThatUtf8Knows_ComesBack() =>
        RoundTrip("/bin/sh", [.. Enumerable.Range(1, 0x7FF).Where(code => code is < 0xD800 or > 0xDFFF).Chunk(64).Select(codes => string.Concat(codes.Select(code => char.ConvertFromUtf32(code))))]);

    [Fact]
    public void Words_LongText_IsReadWithoutDelay() => RoundTrip("/bin/sh", [new string('x', 60_000) + "D", "end"]);

    [Fact]
    public void Create_AnyText_ArrivesAsItIs_PeerDefect28() =>
        Prop.ForAll(Cases, one => ArrivesAsync(one.Name, one.Arguments, one.Value, one.Setting)).Check(Config.QuickThrowOnFailure.WithMaxTest(25));

    [Fact]
    public void Words_TextThatNoProcessCanGet_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => Words.Of("nul\0l"));
        Assert.ThrowsAny<ArgumentException>(() => Words.Of("half \ud83d"));
    }

    [Theory]
    [InlineData("a'b")]
    [InlineData("$(touch x)")]
    [InlineData("=a\n")]
    public void HostScript_WordThatIsNone_IsRefused(string word) => Assert.Throws<ArgumentException>(() => HostScript.Of([word]));

    private static void RoundTrip(string shell, string[] fields)
    {
        var decode = ReadWords() + """
            for word in $words; do
                cp_decode "$word"
                printf '%s\0' "$cp_field"
            done
            """;
        var answer = Shell.Run(shell, $"words='{string.Join(' ', fields.Select(Words.Of))}'\n{decode}");

        Assert.Equal(fields, answer.Length == 0 ? [] : answer[..^1].Split('\0'));
    }

    private static string ReadWords()
    {
        using var stream = typeof(SshProvider).Assembly.GetManifestResourceStream("Ssh/words.sh")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static async Task ArrivesAsync(string name, string[] arguments, string value, string setting)
    {
        await using var lab = new SshLab();
        lab.Hosts.Remove("machine-1");
        lab.Hosts.Add(SshLab.Host("machine-1", "127.0.0.1") with
        {
            SparkHome = value,
            MlsqlConfig = new Dictionary<string, string> { ["streaming.driver.port"] = "9003", [$"conf{setting}"] = setting, [$"streaming.{setting}x"] = setting },
        });
        var profile = new EngineProfile
        {
            Name = "test",
            Ssh = new SshStart
            {
                Command = ["/bin/sh", "-c", Loop, "engine", "${name}", "${sparkHome}", "in ${dataDir}", "${mlsqlConfig.options}", "--", "${mlsqlConfig.arguments}", .. arguments],
                Environment = new Dictionary<string, string> { ["GIVEN"] = value, ["NAMED"] = "${name}" },
            },
        };

        var handle = await lab.StartAsync(name, profile);
        var pid = RunningProcess.PidOf(handle);
        await Eventually.TrueAsync(() => RunningProcess.ArgumentsOf(pid) is ["/bin/sh", "-c", Loop, ..], () => $"the engine runs as {string.Join('|', RunningProcess.ArgumentsOf(pid))}");

        string[] settings = [.. ((string[][])[["-streaming.driver.port", "9003"], [$"-streaming.{setting}x", setting]]).OrderBy(pair => pair[0], StringComparer.Ordinal).SelectMany(pair => pair)];
        Assert.Equal(
            ["/bin/sh", "-c", Loop, "engine", name, value, $"in {lab.FolderOf(name)}/data", $"--conf{setting}", setting, "--", .. settings, .. arguments],
            RunningProcess.ArgumentsOf(pid));
        Assert.Equal((value, name), (RunningProcess.EnvironmentOf(pid)["GIVEN"], RunningProcess.EnvironmentOf(pid)["NAMED"]));
        Assert.Equal([name], await lab.Provider.ListAsync(default));
        Assert.Empty(Directory.EnumerateFileSystemEntries(RunningProcess.WorkingFolderOf(pid)));
        await lab.DestroyAsync(name);
        Assert.False(RunningProcess.IsRunning(pid));
        Assert.Empty(await lab.Provider.ListAsync(default));
    }
}
