using System.Globalization;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace ControlPlane.FunctionsHost.Http;

/// <summary>Writes what a function gave to its http output. Source: functions-custom-handler, section 6.1.</summary>
internal static class HttpOutput
{
    /// <exception cref="InvalidOperationException">The output is no object.</exception>
    public static async Task WriteAsync(HttpResponse response, object? output)
    {
        if (output is null)
        {
            await WriteBodyAsync(response, new JObject());
            return;
        }

        var parts = Read(output);
        response.StatusCode = StatusOf(parts) ?? StatusCodes.Status200OK;
        foreach (var (name, value) in parts.Headers ?? [])
            response.Headers[name] = Convert.ToString(value, CultureInfo.InvariantCulture);
        response.Headers.ContentLength = null;
        await WriteBodyAsync(response, parts.Body);
    }

    private static Parts Read(object output)
    {
        try
        {
            return JsonConvert.DeserializeObject<Parts>(output.ToString()!) ?? new Parts();
        }
        catch (JsonException fault)
        {
            throw new InvalidOperationException("Output body should have 'StatusCode', 'Status', 'Body', and 'Headers'", fault);
        }
    }

    private static int? StatusOf(Parts parts) =>
        int.TryParse(parts.StatusCode ?? parts.Status, NumberStyles.Integer, CultureInfo.InvariantCulture, out var status) ? status : null;

    private static async Task WriteBodyAsync(HttpResponse response, object? body)
    {
        if (body is null)
            return;
        response.ContentType ??= body is string ? "text/plain; charset=utf-8" : "application/json; charset=utf-8";
        await response.WriteAsync(body as string ?? JsonConvert.SerializeObject(body));
    }

    /// <summary>The members that the host reads. A body that is nothing but an ISO date becomes a date on the way.</summary>
    private sealed class Parts
    {
        public string? StatusCode { get; set; }

        public string? Status { get; set; }

        public object? Body { get; set; }

        public Dictionary<string, object?>? Headers { get; set; }
    }
}
