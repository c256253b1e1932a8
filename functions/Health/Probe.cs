using System.Net.Sockets;
using ControlPlane.Core.Profiles;

namespace ControlPlane.Functions.Health;

/// <summary>One look at whether an instance can take work.</summary>
internal sealed class Probe(IHttpClientFactory clients, TimeProvider time) : IDisposable
{
    /// <summary>A bound on sockets that are being connected: where many backends are down, each holds one until its timeout.</summary>
    private const int MostAtOnce = 512;

    public const string ClientName = "probe";

    private readonly SemaphoreSlim _room = new(MostAtOnce);

    /// <summary>What is wrong, in words; null when the check is good.</summary>
    public async Task<string?> CheckAsync(string url, HealthCheck check, CancellationToken cancellation)
    {
        await _room.WaitAsync(cancellation);
        try
        {
            return await LookAsync(url, check, cancellation);
        }
        finally
        {
            _room.Release();
        }
    }

    public void Dispose() => _room.Dispose();

    private async Task<string?> LookAsync(string url, HealthCheck check, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(check.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            return check.Path is { } path ? await GetAsync(url + path, either.Token) : await ConnectAsync(new Uri(url), either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return $"no answer within {check.Timeout.TotalSeconds:0.#} s";
        }
        catch (Exception failure) when (failure is HttpRequestException or SocketException or IOException)
        {
            return failure.InnerException is SocketException inner ? inner.Message : failure.Message;
        }
    }

    private async Task<string?> GetAsync(string url, CancellationToken cancellation)
    {
        using var client = clients.CreateClient(ClientName);
        using var response = await client.GetAsync(new Uri(url), HttpCompletionOption.ResponseHeadersRead, cancellation);
        return response.IsSuccessStatusCode ? null : $"{new Uri(url).AbsolutePath} answered {(int)response.StatusCode}";
    }

    private static async Task<string?> ConnectAsync(Uri url, CancellationToken cancellation)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(url.DnsSafeHost, url.Port, cancellation);
        return null;
    }
}
