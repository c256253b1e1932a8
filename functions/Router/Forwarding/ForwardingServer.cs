using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ControlPlane.Functions.Router.Forwarding;

/// <summary>What the forwarder needs of the server in front of it.</summary>
internal static class ForwardingServer
{
    /// <summary>
    /// Makes header values pass byte for byte: each byte is read as one character and written as one byte again, whatever
    /// encoding the two ends use. The Server header is the backend's.
    /// </summary>
    public static void Configure(KestrelServerOptions options)
    {
        options.AddServerHeader = false;
        options.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;
        options.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
    }
}
