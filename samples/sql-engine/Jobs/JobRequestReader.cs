using System.Globalization;
using System.Text.Json;
using SqlEngine.Problems;

namespace SqlEngine.Jobs;

/// <summary>Makes a job request of a caller's parameters; unknown ones are ignored, as the peer does.</summary>
internal static class JobRequestReader
{
    private const int MostRetries = 20;

    public static (JobRequest? Request, Problem? Problem) Read(IReadOnlyDictionary<string, string> parameters)
    {
        if (!parameters.TryGetValue("sql", out var sql) || string.IsNullOrWhiteSpace(sql))
            return (null, KnownProblems.SqlMissing);
        if (!TryReadNumber(parameters, "timeout", -1, int.MaxValue, -1, out var timeout))
            return Invalid("timeout", "milliseconds, or -1 for none");
        if (!TryReadNumber(parameters, "outputSize", 0, int.MaxValue, 5000, out var outputSize))
            return Invalid("outputSize", "a number of rows, 0 or more");

        var request = new JobRequest
        {
            Sql = sql,
            Owner = Text(parameters, "owner", "anonymous"),
            JobName = Text(parameters, "jobName", ""),
            JobType = Text(parameters, "jobType", "script"),
            Timeout = timeout > 0 ? TimeSpan.FromMilliseconds(timeout) : null,
            OutputSize = outputSize,
            IncludesSchema = IsTrue(parameters, "includeSchema"),
            IsSilent = IsTrue(parameters, "silence"),
            UsesOwnerSession = IsTrue(parameters, "sessionPerUser"),
        };
        return IsTrue(parameters, "async") ? ReadCallback(request, parameters) : (request, null);
    }

    private static (JobRequest?, Problem?) ReadCallback(JobRequest request, IReadOnlyDictionary<string, string> parameters)
    {
        if (Text(parameters, "callback", "") is not { Length: > 0 } address)
            return (null, KnownProblems.CallbackMissing);
        if (!Uri.TryCreate(address, UriKind.Absolute, out var callback)
            || (callback.Scheme != Uri.UriSchemeHttp && callback.Scheme != Uri.UriSchemeHttps))
            return Invalid("callback", "an absolute http or https address");
        if (!TryReadNumber(parameters, "maxRetries", -1, MostRetries, -1, out var retries))
            return Invalid("maxRetries", $"a number from -1 to {MostRetries}");
        if (ReadHeaders(Text(parameters, "callbackHeader", "{}")) is not { } headers)
            return Invalid("callbackHeader", "a JSON object of texts with valid header names");

        return (request with { IsAsync = true, Callback = callback, CallbackHeaders = headers, MaxRetries = Math.Max(0, retries) }, null);
    }

    private static Dictionary<string, string>? ReadHeaders(string json)
    {
        try
        {
            using var probe = new HttpRequestMessage();
            var headers = JsonSerializer.Deserialize(json, EngineJson.Readable.DictionaryStringString);
            var areValid = headers?.All(header => probe.Headers.TryAddWithoutValidation(header.Key, header.Value)) ?? false;
            return areValid ? headers : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // The peer takes everything but these for true.
    private static bool IsTrue(IReadOnlyDictionary<string, string> parameters, string name) =>
        parameters.TryGetValue(name, out var value) && value.Trim().ToLowerInvariant() is not ("" or "false" or "0" or "off" or "no");

    private static string Text(IReadOnlyDictionary<string, string> parameters, string name, string otherwise) =>
        parameters.TryGetValue(name, out var value) && value.Length > 0 ? value : otherwise;

    private static bool TryReadNumber(
        IReadOnlyDictionary<string, string> parameters, string name, int least, int most, int otherwise, out int number)
    {
        var text = Text(parameters, name, otherwise.ToString(CultureInfo.InvariantCulture));
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number)
            && number >= least && number <= most;
    }

    private static (JobRequest?, Problem?) Invalid(string field, string wants) => (null, KnownProblems.ParameterInvalid(field, wants));
}
