using ControlPlane.Functions.Router.Forwarding;
using Microsoft.AspNetCore.Http;

namespace ControlPlane.Functions.Tests.Forwarding;

/// <summary>Bodies that would not fit. Memory is a matter of the whole process, so these run alone.</summary>
[Collection(nameof(AloneInTheProcess))]
public sealed class ForwarderLargeBodyTests
{
    private const long Large = 200L * 1024 * 1024;

    // Both servers and the client share the process, so this is what all of them hold.
    private const long MostMemory = 64L * 1024 * 1024;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ForwardAsync_LargeRequestBody_IsStreamedUnchangedInBoundedMemory(bool isChunked)
    {
        await using var backend = await KestrelBackend.StartAsync(async context =>
        {
            var (length, most) = await Pattern.CheckAsync(context.Request.Body);
            await context.Response.WriteAsync($"{length} {most}");
        });
        await using var front = await Front.StartAsync(backend.Url);
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
        await using var backend = await KestrelBackend.StartAsync(async context =>
        {
            context.Response.ContentLength = isChunked ? null : Large;
            await new Pattern(Large).CopyToAsync(context.Response.Body);
        });
        await using var front = await Front.StartAsync(backend.Url);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        using var response = await front.Client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead);
        var (length, most) = await Pattern.CheckAsync(await response.Content.ReadAsStreamAsync());

        Assert.Equal(Large, length);
        Assert.InRange(most - before, long.MinValue, MostMemory);
        Assert.Equal(ForwardOutcome.Completed, await front.OutcomeAsync());
    }
}
