using System.Net;
using System.Text;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace ControlPlane.FunctionsHost.Invocation;

/// <summary>The body of an invocation: chunked, without a length. Source: functions-custom-handler, section 3.1.</summary>
internal sealed class EnvelopeContent : HttpContent
{
    private readonly JObject _envelope;

    public EnvelopeContent(JObject data, JObject metadata)
    {
        _envelope = new JObject { ["Data"] = data, ["Metadata"] = metadata };
        Headers.ContentType = new("application/json") { CharSet = "utf-8" };
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        stream.WriteAsync(Encoding.UTF8.GetBytes(_envelope.ToString(Formatting.None))).AsTask();

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
