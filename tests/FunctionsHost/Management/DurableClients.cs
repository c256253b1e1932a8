using System.Net;
using System.Net.Sockets;
using System.Text;
using ControlPlane.FunctionsHost.Configuration;
using ControlPlane.FunctionsHost.Durable;
using ControlPlane.FunctionsHost.Http;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace ControlPlane.FunctionsHost.Management;

/// <summary>The <c>durableClient</c> binding: what functions get with it, and what they start with it. Source: durable-protocol, section 9.</summary>
internal sealed class DurableClients : IDisposable
{
    private readonly HostConfiguration _host;
    private readonly FunctionKeys _keys;
    private readonly DurableExtension _extension;
    private readonly Socket _nobody = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public DurableClients(HostConfiguration host, FunctionKeys keys, DurableExtension extension)
    {
        (_host, _keys, _extension) = (host, keys, extension);

        // Bound and never listening: whoever connects is refused for sure.
        _nobody.Bind(new IPEndPoint(IPAddress.Loopback, 0));
    }

    /// <summary>The authority of the public address, such as <c>localhost:7071</c>.</summary>
    public string Site { get; set; } = "";

    /// <summary>Where gRPC calls are taken.</summary>
    public string SidecarUrl { get; set; } = "";

    /// <summary>Whether the public address can be reached.</summary>
    public ManagementReach Reach { get; set; }

    /// <summary>The text of the input binding.</summary>
    public string Text(Binding binding)
    {
        var site = Reach == ManagementReach.Refused ? $"localhost:{((IPEndPoint)_nobody.LocalEndPoint!).Port}" : Site;
        var text = new JObject
        {
            ["taskHubName"] = binding.Text("taskHub") ?? _host.TaskHub,
            ["creationUrls"] = null,
            ["managementUrls"] = null,
            ["baseUrl"] = null,
            ["requiredQueryStringParameters"] = $"code={Uri.EscapeDataString(_keys.DurableSystem)}",
            ["connectionName"] = binding.Text("connectionName"),
            ["rpcBaseUrl"] = SidecarUrl,
            ["httpBaseUrl"] = $"http://{site}{ManagementApi.Root}",
        };
        if (_extension.Version == ExtensionVersion.E319)
        {
            text["useForwardedHost"] = false;
            text["maxGrpcMessageSizeInBytes"] = 4 * 1024 * 1024;
            text["grpcHttpClientTimeout"] = "\"00:01:40\"";
        }

        return text.ToString(Formatting.None);
    }

    /// <summary>Starts what a function gave to an output binding: an object, a list of them, or either as text.</summary>
    public void Start(object output)
    {
        var value = output is string or byte[]? JsonConvert.DeserializeObject<JToken>(output as string ?? Encoding.UTF8.GetString((byte[])output))
            : JToken.FromObject(output);
        foreach (var start in value is JArray list ? list.OfType<JObject>() : value is JObject one ? [one] : [])
        {
            var input = start.GetValue("Input", StringComparison.OrdinalIgnoreCase);
            _extension.Start(
                (string?)start.GetValue("FunctionName", StringComparison.OrdinalIgnoreCase) ?? "",
                (string?)start.GetValue("InstanceId", StringComparison.OrdinalIgnoreCase) ?? Guid.NewGuid().ToString("N"),
                input?.ToString(Formatting.None));
        }
    }

    public void Dispose() => _nobody.Dispose();
}
