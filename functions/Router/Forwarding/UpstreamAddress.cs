using System.Net;
using System.Text;

namespace ControlPlane.Functions.Router.Forwarding;

/// <summary>What a backend's url means for connecting and for each request, worked out once.</summary>
internal sealed class UpstreamAddress
{
    /// <summary>Reads the url.</summary>
    /// <exception cref="ArgumentException">It is no absolute http or https url, or has a query, a fragment or credentials.</exception>
    public UpstreamAddress(Uri url)
    {
        if (!url.IsAbsoluteUri || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps))
            throw new ArgumentException("A backend's url begins with http:// or https://.", nameof(url));
        if (url.Query.Length + url.Fragment.Length + url.UserInfo.Length > 0)
            throw new ArgumentException("A backend's url has no query, fragment or credentials.", nameof(url));

        Host = url.IdnHost;
        IsSecure = url.Scheme == Uri.UriSchemeHttps;
        EndPoint = IPAddress.TryParse(Host, out var ip) ? new IPEndPoint(ip, url.Port) : new DnsEndPoint(Host, url.Port);
        PathPrefix = Encoding.ASCII.GetBytes(url.AbsolutePath.TrimEnd('/'));
        VersionAndHost = Encoding.ASCII.GetBytes($" HTTP/1.1\r\nHost: {Authority(url)}\r\n");
    }

    /// <summary>The name or address of the machine.</summary>
    public string Host { get; }

    /// <summary>Whether connections use TLS.</summary>
    public bool IsSecure { get; }

    /// <summary>Where to connect.</summary>
    public EndPoint EndPoint { get; }

    /// <summary>The path of the url without its last slash; it goes before the path of each request.</summary>
    public byte[] PathPrefix { get; }

    /// <summary>The end of the request line and the Host header, as they stand in each request.</summary>
    public byte[] VersionAndHost { get; }

    private static string Authority(Uri url)
    {
        var host = url.HostNameType == UriHostNameType.IPv6 ? $"[{url.IdnHost}]" : url.IdnHost;
        return url.IsDefaultPort ? host : $"{host}:{url.Port}";
    }
}
