using ControlPlane.Core.Backends;
using ControlPlane.Core.Profiles;
using FsCheck;
using FsCheck.Fluent;

namespace ControlPlane.Infra.Tests.LocalProcess;

/// <summary>Names and arguments come from users; none of them may ever be read as shell. The peer's defect 28.</summary>
public sealed class LiteralTextTests
{
    private const string Loop = "while :; do sleep 60; done";

    private static readonly Gen<string> Text = Gen.Elements(
            "a", "-", "--", " ", "'", "\"", "\\", "$(touch x)", "`touch x`", ";touch x;", "&", "|", "\n", ">x", "*", "~", "$HOME", "${HOME}", "$$", "!", "é", "\u6c49", "#")
        .ListOf().Select(string.Concat);

    private static readonly Gen<string> Name =
        from text in Text
        from end in Gen.Elements("", "${port}", "${name}", "$1")
        select (text + end) is var name && name.Length < 80 && ResourceName.Check("name", name) is null ? name : $"safe{end}";

    private static readonly Arbitrary<(string Name, string[] Arguments, string Value)> Cases = (
        from name in Name
        from arguments in Text.ListOf()
        from value in Text
        select (name, arguments.Take(6).ToArray(), value)).ToArbitrary();

    [Fact]
    public void Create_AnyText_ArrivesAsItIs_PeerDefect28() =>
        Prop.ForAll(Cases, one => ArrivesAsync(one.Name, one.Arguments, one.Value)).Check(Config.QuickThrowOnFailure.WithMaxTest(40));

    [Fact]
    public async Task Create_FolderWithShellInItsName_IsOnlyAFolder_PeerDefect28()
    {
        await using var engines = new Engines("it's \"$(touch x)\";\n&");

        await engines.StartSleeperAsync("demo-1");

        Assert.True(File.Exists(Path.Combine(engines.Options.DataFolder, "demo-1", "engine.log")));
        await engines.DestroyAsync("demo-1");
        Assert.Empty(Directory.EnumerateFileSystemEntries(engines.Options.DataFolder));
    }

    private static async Task ArrivesAsync(string name, string[] arguments, string value)
    {
        await using var engines = new Engines();
        string[] command = ["/bin/sh", "-c", Loop, "engine", "${name}", .. arguments];
        var profile = new EngineProfile
        {
            Name = "test",
            Local = new LocalStart { Command = command, Environment = new Dictionary<string, string> { ["GIVEN"] = value, ["NAMED"] = "${name}" } },
        };

        var pid = RunningProcess.PidOf(await engines.StartAsync(name, profile));
        await Eventually.TrueAsync(
            () => RunningProcess.ArgumentsOf(pid) is ["/bin/sh", "-c", Loop, ..],
            () => $"the engine runs as {string.Join('|', RunningProcess.ArgumentsOf(pid))}");

        Assert.Equal(["/bin/sh", "-c", Loop, "engine", name, .. arguments], RunningProcess.ArgumentsOf(pid));
        Assert.Equal(value, RunningProcess.EnvironmentOf(pid)["GIVEN"]);
        Assert.Equal(name, RunningProcess.EnvironmentOf(pid)["NAMED"]);
        Assert.Equal([name], await engines.ListAsync());
        Assert.Equal(["engine.log"], Directory.EnumerateFileSystemEntries(RunningProcess.WorkingFolderOf(pid)).Select(file => Path.GetFileName(file)));
    }
}
