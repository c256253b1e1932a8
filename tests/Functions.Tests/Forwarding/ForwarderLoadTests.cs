using System.Net.Http.Headers;
using ControlPlane.Functions.Router.Forwarding;
using Microsoft.AspNetCore.Http;

namespace ControlPlane.Functions.Tests.Forwarding;

/// <summary>Much at once, in front of a real server.</summary>
public sealed class ForwarderLoadTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ForwardAsync_ManyAtOnce_EachGetsItsOwnAnswerAndNoConnectionIsLost(bool leavesTheLoop)
    {
        const int requests = 1000;
        var arrived = 0;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var backend = await KestrelBackend.StartAsync(async context =>
        {
            var body = await new StreamReader(context.Request.Body).ReadToEndAsync();
            if (Interlocked.Increment(ref arrived) == requests)
                all.SetResult();
            await all.Task;
            await context.Response.WriteAsync("answer to " + body);
        });
        await using var front = await Front.StartAsync(backend.Url, before: async _ =>
        {
            if (leavesTheLoop)
                await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        });

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
        await using var backend = await KestrelBackend.StartAsync(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            await context.Response.Body.WriteAsync(new byte[100_000]);
        });
        await using var front = await Front.StartAsync(backend.Url);

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

    [Fact]
    public async Task ForwardAsync_ClientDoesNotRead_HoldsTheBackendBack()
    {
        long written = 0;
        await using var backend = await KestrelBackend.StartAsync(async context =>
        {
            for (var i = 0; i < 1000; i++)
            {
                await context.Response.Body.WriteAsync(new byte[100_000], context.RequestAborted);
                Interlocked.Add(ref written, 100_000);
            }
        });
        await using var front = await Front.StartAsync(backend.Url);
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
}
