using System.Net;
using System.Net.Sockets;
using ControlPlane.EndToEnd.Machine;

namespace ControlPlane.EndToEnd.Starting;

/// <summary>Whatever stands against a start is one line on stderr and an exit code: 2 for a wrong call, 1 for everything else.</summary>
public sealed class RefusedStartTests : IAsyncLifetime
{
    private readonly Site _site = Site.Make("refused");

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _site.DisposeAsync().AsTask();

    [Theory]
    [InlineData("Unrecognized command or argument '--nope'.", "--nope")]
    [InlineData("Unrecognized command or argument 'extra'.", "extra")]
    [InlineData("Required argument missing for option: '--queue-deadline'.", "--queue-deadline")]
    [InlineData("--queue-limit is \"many\". Give a number from 0 to 1000000.", "--queue-limit", "many")]
    [InlineData("--local-slots is \"0\". Give a number from 1 to 10000.", "--local-slots", "0")]
    [InlineData("--listen is \"here\". Give an address and a port, such as 127.0.0.1:8080 or [::1]:8080.", "--listen", "here")]
    public async Task BadFlag_ExitsWithTwo(string line, params string[] flags) =>
        await AssertRefusedAsync(_site.Run(flags), 2, line);

    [Fact]
    public async Task BadVariable_ExitsWithTwo() => await AssertRefusedAsync(
        _site.Run([], new Dictionary<string, string> { ["CONTROLPLANE_LOCAL_SLOTS"] = "many" }),
        2,
        "--local-slots is \"many\". Give a number from 1 to 10000.");

    [Fact]
    public async Task PortInUse_ExitsWithOne()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        var start = _site.Run("--listen", $"{taken.LocalEndpoint}");

        await AssertRefusedAsync(start, 1, $"{taken.LocalEndpoint} is in use. Stop what listens there, or choose another port with --listen.");
        Assert.Equal("", start.Output);
    }

    [Theory]
    [InlineData("/proc/state")]
    [InlineData("/dev/null/state")]
    [InlineData("/dev/null")]
    public async Task UnwritableFolder_ExitsWithOne(string folder) => await AssertRefusedAsync(
        _site.Run("--data", folder), 1, $"The state file '{folder}/controlplane.db' cannot be written: ");

    [Fact]
    public async Task StateOfANewerVersion_ExitsWithOneAndLeavesItAsItIs()
    {
        await _site.StartAsync();
        await _site.Life.TerminateAsync();
        await _site.Life.EndAsync();
        _site.State.SetVersion(1000);

        var start = _site.Run();

        await AssertRefusedAsync(start, 1, $"The state file '{_site.State.Path}' has version 1000, and this program knows versions up to ");
        Assert.EndsWith("Use a newer program.", start.Errors, StringComparison.Ordinal);
        Assert.Equal(1000, _site.State.ReadVersion());
    }

    [Fact]
    public async Task StateThatAnotherProcessUses_ExitsWithOneAndTheOtherGoesOn()
    {
        await _site.StartAsync();

        var second = _site.Run();

        await AssertRefusedAsync(second, 1, $"The state file '{_site.State.Path}' is in use by another process. Stop it, or choose another folder.");
        Assert.True((await _site.Client.GetAsync("/healthz/live")).IsWell);
    }

    [Theory]
    [InlineData("0.0.0.0:0", "0.0.0.0")]
    [InlineData("[::]:0", "::")]
    public async Task AnyAddressButLoopbackWithoutKeys_ExitsWithOne(string listen, string address) => await AssertRefusedAsync(
        _site.Run("--listen", listen), 1, $"Listening on {address} needs keys, since others can reach it. Give --keys-file, or listen on 127.0.0.1.");

    [Fact]
    public async Task KeysFileThatOthersCanRead_ExitsWithOneAndShowsNoKey()
    {
        var keys = await WriteAsync("keys", "admin 0123456789abcdef", UnixFileMode.UserRead | UnixFileMode.GroupRead);

        var start = _site.Run("--keys-file", keys);

        await AssertRefusedAsync(start, 1, $"The keys file {keys} can be read or written by others. Run: chmod 600 {keys}");
        Assert.DoesNotContain("0123456789abcdef", start.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "has no key. Write a role and a key on each line.")]
    [InlineData("admin 0123", "line 1 has a key of fewer than 16 characters.")]
    [InlineData("king 0123456789abcdef", "line 1 must be a role (reader, operator or admin), a blank and a key.")]
    public async Task KeysFileThatSaysNothingOfUse_ExitsWithOne(string text, string reason)
    {
        var keys = await WriteAsync("keys", text, UnixFileMode.UserRead);

        var start = _site.Run("--keys-file", keys);

        await AssertRefusedAsync(start, 1, $"The keys file {keys}");
        Assert.EndsWith(reason, start.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProfileThatCannotBeRead_ExitsWithOneAndNamesTheFile()
    {
        await File.WriteAllTextAsync(Path.Combine(_site.ProfilesFolder, "odd.yaml"), "maxJobs: 0");

        await AssertRefusedAsync(_site.Run(), 1, "Engine profiles: odd.yaml: maxJobs is 0. Give a whole number from 1 to 100000.");
    }

    [Fact]
    public async Task ProfilesFolderThatIsNotThere_ExitsWithOne() => await AssertRefusedAsync(
        _site.Run("--profiles", "/nowhere/at/all"), 1, "Engine profiles: the folder /nowhere/at/all is not there.");

    /// <summary>A library that the loader finds first, and cannot read, is as good as none.</summary>
    [Fact]
    public async Task DatabasesWithoutTheirLibrary_ExitsWithOne()
    {
        await WriteAsync("libpq.so.5", "no library", UnixFileMode.UserRead);
        var databases = await WriteAsync("databases.yaml", "main: { kind: postgres, host: localhost, user: postgres }", UnixFileMode.UserRead);

        var start = _site.Run(
            ["--listen", "127.0.0.1:0", "--data", _site.DataFolder, "--databases-file", databases],
            new Dictionary<string, string> { ["LD_LIBRARY_PATH"] = _site.Folder });

        await AssertRefusedAsync(start, 1, "PostgreSQL's library libpq.so.5 is not installed (Debian: libpq5), and the databases that were given need it.");
    }

    private static async Task AssertRefusedAsync(ControlPlaneProcess start, int exitCode, string line)
    {
        Assert.Equal(exitCode, await start.EndAsync());
        Assert.StartsWith(line, start.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', start.Errors);
    }

    private async Task<string> WriteAsync(string name, string text, UnixFileMode mode)
    {
        var path = Path.Combine(_site.Folder, name);
        await File.WriteAllTextAsync(path, text);
        File.SetUnixFileMode(path, mode);
        return path;
    }
}
