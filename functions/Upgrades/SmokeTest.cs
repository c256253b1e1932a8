using System.Text;
using ControlPlane.Core.Upgrades;
using ControlPlane.Functions.Health;

namespace ControlPlane.Functions.Upgrades;

/// <summary>Sends one request of a plan to one instance.</summary>
internal sealed class SmokeTest(IHttpClientFactory clients, TimeProvider time)
{
    private const int MostCharacters = 1024 * 1024;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>What is wrong with the answer, in words; null when it is as expected.</summary>
    public async Task<string?> RunAsync(string url, SmokeCheck check, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        using var client = clients.CreateClient(Probe.ClientName);
        client.MaxResponseContentBufferSize = MostCharacters;
        using var request = new HttpRequestMessage(check.Body is null ? HttpMethod.Get : HttpMethod.Post, new Uri(url + check.Path));
        if (check.Body is not null)
            request.Content = new StringContent(check.Body, Encoding.UTF8, "application/x-www-form-urlencoded");
        try
        {
            using var answer = await client.SendAsync(request, either.Token);
            if ((int)answer.StatusCode != check.Status)
                return $"answered {(int)answer.StatusCode} instead of {check.Status}";
            return check.Contains is null || (await answer.Content.ReadAsStringAsync(either.Token)).Contains(check.Contains, StringComparison.Ordinal)
                ? null
                : $"the answer does not contain \"{check.Contains}\"";
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return $"no answer within {Timeout.TotalSeconds:0} s";
        }
        catch (HttpRequestException failure)
        {
            return failure.Message;
        }
    }
}
