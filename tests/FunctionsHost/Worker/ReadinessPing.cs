using System.Net.Sockets;

namespace ControlPlane.FunctionsHost.Worker;

/// <summary>
/// Asks for <c>GET /</c> every 25 ms until somebody listens: any answer and any error but that of a socket will do.
/// Source: functions-custom-handler, section 1.5.
/// </summary>
internal static class ReadinessPing
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(25);

    public static async Task<bool> WaitAsync(HttpClient client, int port, TimeSpan limit, CancellationToken cancellation)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start) < limit)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{port}/"), cancellation);
                return true;
            }
            catch (HttpRequestException failure) when (failure.InnerException is SocketException)
            {
                await Task.Delay(Interval, cancellation);
            }
            catch (HttpRequestException)
            {
                return true;
            }
        }

        return false;
    }
}
