using System.Collections.Concurrent;
using System.Text;

namespace ControlPlane.Functions.Router;

/// <summary>
/// The clients that AllBackends sends with: one for each connect timeout, since a connection's timeout is its client's.
/// They talk to backends and to nobody else: through no proxy, following no redirect, keeping no cookie.
/// </summary>
internal sealed class FanOutClients : IDisposable
{
    private readonly ConcurrentDictionary<TimeSpan, HttpMessageInvoker> _clients = new();

    /// <summary>The client whose connections may take that long, TLS handshake included. Not to be disposed of.</summary>
    public HttpMessageInvoker For(TimeSpan connectTimeout) => _clients.GetOrAdd(connectTimeout, Make);

    public void Dispose()
    {
        foreach (var client in _clients.Values)
            client.Dispose();
    }

    private static HttpMessageInvoker Make(TimeSpan connectTimeout) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = connectTimeout,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(15),

        // A name may come to mean another machine.
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        ActivityHeadersPropagator = null,

        // Headers pass byte for byte, as the server in front reads them.
        RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
    });
}
