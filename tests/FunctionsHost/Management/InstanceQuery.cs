using System.Globalization;
using ControlPlane.FunctionsHost.Durable;

namespace ControlPlane.FunctionsHost.Management;

/// <summary>Which instances are asked for. What cannot be read counts as not given.</summary>
internal sealed class InstanceQuery(HttpRequest request)
{
    private readonly HashSet<string> _statuses = new(request.Query["runtimeStatus"].SelectMany(Names), StringComparer.OrdinalIgnoreCase);

    public DateTimeOffset? From { get; } = Time(request.Query["createdTimeFrom"]);

    public int Top { get; } = int.TryParse(request.Query["top"], NumberStyles.None, CultureInfo.InvariantCulture, out var top) && top > 0 ? top : int.MaxValue;

    public string? After { get; } = request.Headers["x-ms-continuation-token"] is [{ Length: > 0 } token, ..] ? token : null;

    private DateTimeOffset? To { get; } = Time(request.Query["createdTimeTo"]);

    private string Prefix { get; } = request.Query["instanceIdPrefix"].ToString();

    public bool Includes(HubInstance instance) => (_statuses.Count == 0 || _statuses.Contains(instance.Status.ToString()))
        && instance.Id.StartsWith(Prefix, StringComparison.Ordinal)
        && (From is null || instance.Created >= From) && (To is null || instance.Created <= To);

    private static string[] Names(string? list) =>
        (list ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
