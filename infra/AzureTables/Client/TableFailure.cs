using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Azure;
using Azure.Core;

namespace ControlPlane.Infra.AzureTables.Client;

/// <summary>Reads what the service says of a failure: <c>{"odata.error":{"code":...,"message":{"value":...}}}</c>.</summary>
internal sealed class TableFailure : RequestFailedDetailsParser
{
    private static readonly TableFailure Parser = new();

    public static RequestFailedException Of(Response response) => new(response, null, Parser);

    public override bool TryParse(
        Response response, [NotNullWhen(true)] out ResponseError? error, out IDictionary<string, string>? data)
    {
        data = null;
        error = Read(response);
        return error is not null;
    }

    private static ResponseError? Read(Response response)
    {
        try
        {
            using var json = JsonDocument.Parse(response.Content);
            var error = json.RootElement.GetProperty("odata.error");
            return new(error.GetProperty("code").GetString(), error.GetProperty("message").GetProperty("value").GetString());
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // A proxy on the way, or no content at all: the status alone must do.
            return null;
        }
    }
}
