using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ControlPlane.Functions.Router.Forwarding;
using ControlPlane.Functions.Router.Forwarding.EventLoops;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Functions.Tests.Forwarding;

/// <summary>Kestrel with its connections on event loops.</summary>
public sealed class EventLoopTests
{
    [Fact]
    public async Task Request_FirstAndLater_RunsOnALoopUntilItLeaves()
    {
        await using var server = await StartAsync(app =>
        {
            app.Use((context, next) =>
            {
                context.Response.Headers["X-Before"] = EventLoop.Current?.Index.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none";
                return next(context);
            });
            app.LeaveEventLoops();
            app.Run(context => context.Response.WriteAsync(EventLoop.Current is null ? "left" : "stayed"));
        });
        using var client = await RawConnection.ConnectAsync(PortOf(server));
        var loops = new HashSet<string>();

        for (var i = 0; i < 3; i++)
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            var head = await client.ReadHeadAsync();
            await client.ReadUntilAsync("left\r\n0\r\n\r\n").Within("an answer from off the loop");
            loops.Add(head.Split('\n').Single(line => line.StartsWith("X-Before", StringComparison.Ordinal)));
        }

        Assert.Single(loops);
        Assert.DoesNotContain("none", loops.Single());
    }

    [Fact]
    public async Task Request_SplitAtEveryByte_IsTheSame()
    {
        await using var server = await EchoAsync();
        const string request = "POST /path?x=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody";
        using var client = await RawConnection.ConnectAsync(PortOf(server));

        for (var cut = 1; cut < request.Length; cut++)
        {
            await client.SendAsync(request[..cut]);
            await Task.Yield();
            await client.SendAsync(request[cut..]);
            Assert.StartsWith("HTTP/1.1 200 OK", await client.ReadHeadAsync());
            Assert.Equal("body", await client.ReadExactlyAsync(4));
        }
    }

    [Fact]
    public async Task Requests_Pipelined_AreAnsweredInOrder()
    {
        await using var server = await EchoAsync();
        using var client = await RawConnection.ConnectAsync(PortOf(server));

        await client.SendAsync(string.Concat(Enumerable.Range(100, 500).Select(i => $"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n{i}")));

        for (var i = 100; i < 600; i++)
        {
            await client.ReadHeadAsync();
            Assert.Equal($"{i}", await client.ReadExactlyAsync(3));
        }
    }

    [Fact]
    public async Task Request_HeadLargerThanTheBuffer_IsRead()
    {
        await using var server = await StartAsync(app => app.Run(context => context.Response.WriteAsync(context.Request.Headers["X-Long"].ToString())));
        using var client = new HttpClient { BaseAddress = UrlOf(server) };
        var value = new string('x', 20_000);
        client.DefaultRequestHeaders.Add("X-Long", value);

        Assert.Equal(value, await client.GetStringAsync("/").Within("an answer"));
    }

    [Fact]
    public async Task Stream_ThatNeverPauses_LetsOthersOfItsLoopHaveTheirTurn()
    {
        await using var server = await StartAsync(app => app.Run(async context =>
        {
            var buffer = new byte[64 * 1024];
            while (await context.Request.Body.ReadAsync(buffer) > 0)
            {
            }

            await context.Response.WriteAsync("done");
        }));
        using var stop = new CancellationTokenSource();
        var clients = new List<RawConnection>();
        var uploads = EventLoop.All.Select(async _ =>
        {
            var busy = await RawConnection.ConnectAsync(PortOf(server));
            lock (clients)
                clients.Add(busy);
            await busy.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000000\r\n\r\n");
            var block = new byte[1024 * 1024];
            while (!stop.IsCancellationRequested)
                await busy.SendAsync(block);
        }).ToList();

        using var others = new HttpClient { BaseAddress = UrlOf(server) };
        for (var i = 0; i < 50; i++)
            Assert.Equal("done", await others.GetStringAsync("/").Within("an answer beside the busy streams"));
        await stop.CancelAsync();

        await Task.WhenAll(uploads).Within("the uploads to stop");
        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task Abort_ByTheApplication_ResetsTheClient()
    {
        await using var server = await StartAsync(app => app.Run(async context =>
        {
            await context.Response.Body.WriteAsync("partial"u8.ToArray());
            await context.Response.Body.FlushAsync();
            context.Abort();
        }));
        using var client = await RawConnection.ConnectAsync(PortOf(server));

        await client.SendAsync("GET / HTTP/1.0\r\nHost: a\r\n\r\n");

        var failure = await Assert.ThrowsAsync<SocketException>(client.ReadToEndAsync);
        Assert.Equal(SocketError.ConnectionReset, failure.SocketErrorCode);
    }

    [Fact]
    public async Task Client_GoesAwayWhileTheApplicationWaits_CancelsTheRequest()
    {
        var started = new TaskCompletionSource();
        var aborted = new TaskCompletionSource();
        await using var server = await StartAsync(app => app.Run(async context =>
        {
            context.RequestAborted.Register(aborted.SetResult);
            started.SetResult();
            await aborted.Task;
        }));
        using var client = await RawConnection.ConnectAsync(PortOf(server));
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await started.Task.Within("the request");

        client.Dispose();

        await aborted.Task.Within("the request to be cancelled");
    }

    [Fact]
    public async Task Read_WithAToken_CanBeCancelledAndGoesOn()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = await RawConnection.ConnectAsync(((IPEndPoint)listener.LocalEndpoint).Port);
        using var socket = new LoopSocket(await listener.AcceptSocketAsync(), EventLoop.All[0], () => { });
        var reader = new LoopReader(socket);
        using var cancel = new CancellationTokenSource();
        var first = reader.ReadAsync(cancel.Token).AsTask();

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.Within("the cancelled read"));
        var second = reader.ReadAsync().AsTask();
        reader.CancelPendingRead();
        var third = (await second.Within("the read ended without data")).IsCanceled;
        reader.AdvanceTo((await second).Buffer.Start);
        await client.SendAsync("data");
        var last = await reader.ReadAsync().AsTask().Within("the data");

        Assert.True(third);
        Assert.Equal("data", Encoding.Latin1.GetString(last.Buffer));
    }

    [Fact]
    public async Task Server_StopsWithOpenConnections_EndsThem()
    {
        var server = await EchoAsync();
        using var idle = await RawConnection.ConnectAsync(PortOf(server));
        await idle.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx");
        await idle.ReadUntilAsync("\r\n\r\nx").Within("an answer");

        await server.StopAsync().Within("the server to stop");

        await idle.WaitForCloseAsync();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Https_LargeBodiesBothWays_ArriveUnchanged()
    {
        using var certificate = TestCertificate.For("localhost");
        await using var server = await StartAsync(
            app => app.Run(async context =>
            {
                using var whole = new MemoryStream();
                await context.Request.Body.CopyToAsync(whole);
                await context.Response.Body.WriteAsync(whole.ToArray());
            }),
            listen => listen.UseHttps(certificate));
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { certificate } };
        using var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = trust },
        };
        using var client = new HttpClient(handler) { BaseAddress = new Uri($"https://localhost:{PortOf(server)}") };
        var body = new byte[3_000_000];
        new Random(1).NextBytes(body);

        foreach (var version in new[] { HttpVersion.Version11, HttpVersion.Version20 })
        {
            using var content = new ByteArrayContent(body);
            using var request = new HttpRequestMessage(HttpMethod.Post, "/")
            {
                Content = content,
                Version = version,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            };
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).Within("an answer");
            Assert.Equal(body, await response.Content.ReadAsByteArrayAsync().Within("the whole answer"));
        }
    }

    [Fact]
    public async Task Bind_PortInUse_SaysSo()
    {
        await using var server = await EchoAsync();

        var failure = await Assert.ThrowsAsync<IOException>(() => StartAsync(_ => { }, port: PortOf(server)));

        Assert.Contains("address already in use", failure.Message);
    }

    [Fact]
    public async Task Socket_ConnectRefused_FailsAndLeavesNothing()
    {
        using var unused = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        unused.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        var failure = await Assert.ThrowsAsync<SocketException>(
            () => LoopSocket.ConnectAsync(socket, unused.LocalEndPoint!, EventLoop.All[0], CancellationToken.None).Within("the refusal"));

        Assert.Equal(SocketError.ConnectionRefused, failure.SocketErrorCode);
    }

    private static Task<WebApplication> EchoAsync() => StartAsync(app => app.Run(async context =>
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.Latin1);
        var body = await reader.ReadToEndAsync();
        context.Response.ContentLength = body.Length;
        await context.Response.WriteAsync(body);
    }));

    private static async Task<WebApplication> StartAsync(
        Action<WebApplication> configure,
        Action<Microsoft.AspNetCore.Server.Kestrel.Core.ListenOptions>? listen = null,
        int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.UseForwarding().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, port, listen ?? (_ => { }));
        });
        var app = builder.Build();
        configure(app);
        await app.StartAsync();
        return app;
    }

    private static Uri UrlOf(WebApplication app) =>
        new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    private static int PortOf(WebApplication app) => UrlOf(app).Port;
}
