using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace ControlPlane.Infra.AzureTables.Client;

/// <summary>Appends the shared access signature to the address of each request. A retry finds it there already.</summary>
internal sealed class SharedAccessSignaturePolicy(AzureSasCredential credential) : HttpPipelineSynchronousPolicy
{
    public override void OnSendingRequest(HttpMessage message)
    {
        var signature = credential.Signature.TrimStart('?');
        var uri = message.Request.Uri;
        uri.Query = uri.Query.Length > 0 ? $"{uri.Query}&{signature}" : $"?{signature}";
    }
}
