using ControlPlane.Core.Instances;
using ControlPlane.Core.Profiles;
using ControlPlane.Infra.LocalProcess;

namespace ControlPlane.Infra.Tests.LocalProcess;

/// <summary>
/// A provider with an owner and a folder of its own for one test. Whatever the test does, none of its processes
/// outlives it; should even this assembly be killed, they end by themselves after <see cref="Lifetime"/>.
/// </summary>
internal sealed class Engines : IAsyncDisposable
{
    /// <summary>An argument for sleep: longer than any test.</summary>
    public const string Lifetime = "300";

    private readonly string _folder;

    public Engines(string folderName = "data", TimeProvider? time = null, params string[] enginePath)
    {
        _folder = Directory.CreateTempSubdirectory("local-process-").FullName;
        Options = new LocalProcessOptions
        {
            Owner = $"test-{Guid.NewGuid():N}",
            DataFolder = Path.Combine(_folder, folderName),
            EnginePath = enginePath,
        };
        Provider = new LocalProcessProvider(Options, time ?? TimeProvider.System);
    }

    public LocalProcessOptions Options { get; }

    public LocalProcessProvider Provider { get; }

    /// <summary>A profile that starts a command.</summary>
    public static EngineProfile Profile(params string[] command) => new() { Name = "test", Local = new LocalStart { Command = command } };

    /// <summary>A profile that starts a shell with a script; the script itself is one argument like any other.</summary>
    public static EngineProfile Script(string script) => Profile("/bin/sh", "-c", script);

    /// <summary>A profile whose script goes on only after <see cref="LetGoOn"/>: an engine that ends sooner than it is started has no handle.</summary>
    public static EngineProfile HeldScript(string script) => Script($"until [ -e go ]; do sleep 0.01; done; {script}");

    /// <summary>Lets a held script go on.</summary>
    public void LetGoOn(string name) => File.WriteAllText(Path.Combine(Options.DataFolder, name, "go"), "");

    public Task<InstanceHandle> StartAsync(string name, EngineProfile profile) =>
        Provider.CreateAsync(name, "slot-1", profile, CancellationToken.None);

    /// <summary>Starts one that only waits, and comes back when it runs.</summary>
    public async Task<InstanceHandle> StartSleeperAsync(string name)
    {
        var handle = await StartAsync(name, Script($"echo up; exec sleep {Lifetime}"));
        await WroteAsync(name, "up");
        return handle;
    }

    /// <summary>Waits until an instance has written a text.</summary>
    public async Task WroteAsync(string name, string text)
    {
        var log = "";
        await Eventually.TrueAsync(
            () => (log = Provider.ReadLogTailAsync(name, CancellationToken.None).Result).Contains(text, StringComparison.Ordinal),
            () => $"{name} has not written \"{text}\" but \"{log}\".");
    }

    public Task DestroyAsync(string name) => Provider.DestroyAsync(name, TimeSpan.FromHours(1), CancellationToken.None);

    public Task<bool> IsAliveAsync(InstanceHandle handle) => Provider.IsAliveAsync(handle, CancellationToken.None);

    public Task<IReadOnlyList<string>> ListAsync() => Provider.ListAsync(CancellationToken.None);

    /// <summary>Makes a file below the test's own folder, beside the data folder or in it.</summary>
    public string PutFile(string path)
    {
        var file = Path.Combine(_folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, "");
        return file;
    }

    /// <summary>Does not go through the code under test: a fault in it must not reach beyond this test's processes and folder.</summary>
    public async ValueTask DisposeAsync()
    {
        await Eventually.TrueAsync(() => RunningProcess.EndAll(Options.Owner) == 0, () => "processes of the test do not end");
        Provider.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
