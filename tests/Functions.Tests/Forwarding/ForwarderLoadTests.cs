using System.Net;
using System.Net.Http.Headers;
using ControlPlane.Functions.Router.Forwarding;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Functions.Tests.Forwarding;

/// <summary>Much at once, in front of a real server.</summary>
public sealed class ForwarderLoadTests
{
    private const long Large = 200L * 1024 * 1024;

    // Both servers and the client share the process, so this is what all of them hold.
    private const long MostMemory = 64L * 1024 * 1024;

    [Fact]
    public async Task ForwardAsync_ManyAtOnce_EachGetsItsOwnAnswerAndNoConnectionIsLost()
    {
        const int requests = 1000;
        var arrived = 0;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var backend = await StartAsync(async context =>
        {
            var body = await new StreamReader(context.Request.Body).ReadToEndAsync();
            if (Interlocked.Increment(ref arrived) == requests)
                all.SetResult();
            await all.Task;
            await context.Response.WriteAsync("answer to " + body);
        });
        await using var front = await Front.StartAsync(UrlOf(backend));

        var answers = await Task.WhenAll(Enumerable.Range(0, requests).Select(i => PostAsync(front, $"request {i}"))).Within("all answers");

        Assert.Equal(Enumerable.Range(0, requests).Select(i => $"answer to request {i}"), answers);
        for (var i = 0; i < requests; i++)
            Assert.Equal(ForwardOutcome.Completed, await front.OutcomeAsync());
        Assert.Equal((requests, requests), (front.Upstream.OpenConnections, front.Upstream.IdleConnections));
    }

    [Fact]
    public async Task ForwardAsync_ClientsLeaveAtRandom_LeaksNoConnection()
    {
        const int requests = 300;
        await using var backend = await StartAsync(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            await context.Response.Body.WriteAsync(new byte[100_000]);
        });
        await using var front = await Front.StartAsync(UrlOf(backend));

        await Task.WhenAll(Enumerable.Range(0, requests).Select(LeaveAfterAsync)).Within("all clients to leave");

        await Waiting.Until(() => front.Running == 0, "all requests to end");
        Assert.Equal(front.Upstream.IdleConnections, front.Upstream.OpenConnections);
        Assert.Equal(100_000, (await front.Client.GetByteArrayAsync("/")).Length);

        async Task LeaveAfterAsync(int number)
        {
            using var client = await front.ConnectAsync();
            await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 20000\r\n\r\n");
            await client.SendAsync(new byte[number % 2 == 0 ? 20_000 : 10_000]);
            if (number % 4 == 0)
                await client.ReadExactlyAsync(1 + (number * 100));
            client.Reset();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ForwardAsync_LargeRequestBody_IsStreamedUnchangedInBoundedMemory(bool isChunked)
    {
        await using var backend = await StartAsync(async context =>
        {
            var (length, most) = await Pattern.CheckAsync(context.Request.Body);
            await context.Response.WriteAsync($"{length} {most}");
        });
        await using var front = await Front.StartAsync(UrlOf(backend));
        using var content = new StreamContent(new Pattern(Large));
        content.Headers.ContentLength = isChunked ? null : Large;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = content };
        request.Headers.TransferEncodingChunked = isChunked;
        var before = GC.GetTotalMemory(forceFullCollection: true);

        using var response = await front.Client.SendAsync(request);
        var figures = (await response.Content.ReadAsStringAsync()).Split(' ').Select(long.Parse).ToList();

        Assert.Equal(Large, figures[0]);
        Assert.InRange(figures[1] - before, long.MinValue, MostMemory);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ForwardAsync_LargeAnswer_IsStreamedUnchangedInBoundedMemory(bool isChunked)
    {
        await using var backend = await StartAsync(async context =>
        {
            context.Response.ContentLength = isChunked ? null : Large;
            await new Pattern(Large).CopyToAsync(context.Response.Body);
        });
        await using var front = await Front.StartAsync(UrlOf(backend));
        var before = GC.GetTotalMemory(forceFullCollection: true);

        using var response = await front.Client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead);
        var (length, most) = await Pattern.CheckAsync(await response.Content.ReadAsStreamAsync());

        Assert.Equal(Large, length);
        Assert.InRange(most - before, long.MinValue, MostMemory);
        Assert.Equal(ForwardOutcome.Completed, await front.OutcomeAsync());
    }

    [Fact]
    public async Task ForwardAsync_ClientDoesNotRead_HoldsTheBackendBack()
    {
        long written = 0;
        await using var backend = await StartAsync(async context =>
        {
            for (var i = 0; i < 1000; i++)
            {
                await context.Response.Body.WriteAsync(new byte[100_000], context.RequestAborted);
                Interlocked.Add(ref written, 100_000);
            }
        });
        await using var front = await Front.StartAsync(UrlOf(backend));
        using var client = await front.ConnectAsync();

        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        await client.ReadHeadAsync();
        var held = await SettledAsync(() => Interlocked.Read(ref written));
        await client.DrainAsync();

        Assert.InRange(held, 1, 60_000_000);
        Assert.Equal(100_000_000, Interlocked.Read(ref written));
    }

    // Kernels buffer some megabytes: the figure is taken when it has stopped growing.
    private static async Task<long> SettledAsync(Func<long> figure)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var last = -1L;
        var same = 0;
        while (same < 5)
        {
            await timer.WaitForNextTickAsync();
            var now = figure();
            same = now == last ? same + 1 : 0;
            last = now;
        }

        return last;
    }

    private static async Task<string> PostAsync(Front front, string text)
    {
        using var content = new StringContent(text, new MediaTypeHeaderValue("text/plain"));
        using var response = await front.Client.PostAsync("/", content);
        return await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
    }

    private static async Task<WebApplication> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MaxRequestBodySize = null;
        });
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        return app;
    }

    private static Uri UrlOf(WebApplication app) =>
        new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>A stream whose every byte follows from its position.</summary>
    private sealed class Pattern(long length) : Stream
    {
        private const long MeasuredEvery = 16L * 1024 * 1024;

        private long _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => _position; set => throw new NotSupportedException(); }

        public static async Task<(long Length, long MostMemory)> CheckAsync(Stream stream)
        {
            var buffer = new byte[64 * 1024];
            long position = 0;
            long most = 0;
            while (await stream.ReadAsync(buffer) is > 0 and var count)
            {
                for (var i = 0; i < count; i++)
                {
                    if (buffer[i] != At(position + i))
                        throw new InvalidDataException($"Byte {position + i} differs.");
                }

                if ((position + count) / MeasuredEvery > position / MeasuredEvery)
                    most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true));
                position += count;
            }

            return (position, most);
        }

        public override int Read(Span<byte> buffer)
        {
            var count = (int)Math.Min(buffer.Length, length - _position);
            for (var i = 0; i < count; i++)
                buffer[i] = At(_position + i);
            _position += count;
            return count;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        private static byte At(long position) => (byte)((position * 31) ^ (position >> 13));
    }
}
