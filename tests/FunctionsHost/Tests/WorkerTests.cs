using ControlPlane.FunctionsHost.Worker;

namespace ControlPlane.FunctionsHost.Tests;

public sealed class WorkerTests : IDisposable
{
    private readonly TestRoot _root = new TestRoot().Forwarded("Ping", "ping");

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task Launch_Process_GetsEnvironmentAndFolder()
    {
        _root.Executable("#!/bin/sh\necho \"$PWD|$FUNCTIONS_CUSTOMHANDLER_PORT|$FUNCTIONS_HTTPWORKER_PORT|$FUNCTIONS_APP_ROOT_PATH|$ASPNETCORE_URLS|$FUNCTIONS_WORKER_RUNTIME|$MINE\"\necho a warning >&2\necho bad >&2\nsleep 60\n");
        await using var host = await HostDouble.StartAsync(new HostOptions { Root = _root.Write(), Settings = new Dictionary<string, string> { ["MINE"] = "yes" } });

        await Wait.UntilAsync(() => host.Worker.Output.Lines.Count == 3, "three lines of output");

        var lines = host.Worker.Output.Lines;
        Assert.Contains(new WorkerLine(LineLevel.Information, $"{_root.Folder}|{host.Worker.Port}|{host.Worker.Port}|{_root.Folder}|http://+:80|custom|yes"), lines);
        Assert.Contains(new WorkerLine(LineLevel.Warning, "a warning"), lines);
        Assert.Contains(new WorkerLine(LineLevel.Error, "bad"), lines);
    }

    [Fact]
    public async Task Exit_WithZero_IsFollowedByNothing()
    {
        _root.Executable("#!/bin/sh\nexit 0\n");
        await using var host = await HostDouble.StartAsync(new HostOptions { Root = _root.Write() });

        await Wait.UntilAsync(() => host.Worker.ProcessId == 0, "the end of the handler");
        await Task.Delay(300);

        Assert.Equal(1, host.Worker.Starts);
        Assert.False(host.Worker.HostStopped.IsCompleted);
    }

    [Fact]
    public async Task Exit_WithErrors_StopsTheHostAtTheThird()
    {
        _root.Executable("#!/bin/sh\nexit 7\n");
        await using var host = await HostDouble.StartAsync(new HostOptions { Root = _root.Write() });

        await host.Worker.HostStopped.WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Equal(3, host.Worker.Starts);
    }

    [Fact]
    public async Task Exit_With200_RestartsWithoutCounting()
    {
        _root.Executable("#!/bin/sh\necho started >> starts\n[ $(wc -l < starts) -lt 6 ] && exit 200\nsleep 60\n");
        await using var host = await HostDouble.StartAsync(new HostOptions { Root = _root.Write() });

        await Wait.UntilAsync(() => host.Worker.Starts == 6, "six starts");

        Assert.False(host.Worker.HostStopped.IsCompleted);
    }

    [Fact]
    public async Task Kill_RunningHandler_RestartsOnTheSamePort()
    {
        var handler = new FakeHandler().On("/api/ping", context => context.Response.WriteAsync("here"));
        await using var host = await HostDouble.StartAsync(new HostOptions { Root = _root.Write(), Launcher = handler });
        await host.Worker.WaitUntilReadyAsync();
        var port = handler.Started!.Port;

        host.Worker.Kill();
        await Wait.UntilAsync(() => host.Worker.Starts == 2, "a second start");
        await host.Worker.WaitUntilReadyAsync();
        using var client = new HttpClient { BaseAddress = host.Address };
        var answer = await client.GetStringAsync("api/ping");

        Assert.Equal("here", answer);
        Assert.Equal(port, handler.Started!.Port);
    }
}
