using System.Globalization;
using Azure.Core;
using Azure.Core.Pipeline;

namespace ControlPlane.Infra.AzureTables.Client;

/// <summary>
/// Signs each try with the account key: scheme SharedKeyLite of the Table service. The date is taken anew for each try,
/// because the service refuses one that is more than 15 minutes old, and it travels in x-ms-date, which wins over Date
/// and which no proxy rewrites.
/// Source: learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key.
/// </summary>
internal sealed class SharedKeyPolicy(TableSharedKeyCredential credential, TimeProvider time) : HttpPipelineSynchronousPolicy
{
    public override void OnSendingRequest(HttpMessage message)
    {
        var date = time.GetUtcNow().ToString("R", CultureInfo.InvariantCulture);
        message.Request.Headers.SetValue("x-ms-date", date);
        var signature = credential.Sign($"{date}\n{CanonicalResource(message.Request.Uri.ToUri())}");
        message.Request.Headers.SetValue("Authorization", $"SharedKeyLite {credential.AccountName}:{signature}");
    }

    // Of the query only "comp" is signed. The path is signed in the encoded form in which it is sent.
    private string CanonicalResource(Uri uri)
    {
        var resource = $"/{credential.AccountName}{uri.AbsolutePath}";
        var component = uri.Query.TrimStart('?').Split('&').FirstOrDefault(pair => pair.StartsWith("comp=", StringComparison.Ordinal));
        return component is null ? resource : $"{resource}?{component}";
    }
}
