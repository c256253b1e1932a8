using Microsoft.AspNetCore.WebUtilities;

namespace ControlPlane.FunctionsHost.Http;

/// <summary>The host's view of a query: several values of one key become one value with commas.</summary>
internal static class QueryMerge
{
    public static Dictionary<string, string> Merge(IQueryCollection query) =>
        query.ToDictionary(parameter => parameter.Key, parameter => parameter.Value.ToString());

    public static string AddTo(string url, IQueryCollection query) =>
        QueryHelpers.AddQueryString(url, Merge(query).Select(parameter => KeyValuePair.Create(parameter.Key, (string?)parameter.Value)));
}
