using System.Globalization;
using ControlPlane.Durable.Client;
using ControlPlane.Durable.Protocol;

namespace ControlPlane.Functions.Management;

/// <summary>Which instances a caller asks for. Values that cannot be read count as not given, as the extension has it.</summary>
internal sealed record ManagementQuery(
    string? Prefix, IReadOnlyCollection<OrchestrationStatus> Statuses, DateTimeOffset? From, DateTimeOffset? To, int Top, bool ShowInput, string? Continuation)
{
    public const string ContinuationHeader = "x-ms-continuation-token";

    public static ManagementQuery Parse(HttpRequest request)
    {
        var query = request.Query;
        var top = int.TryParse(query["top"], NumberStyles.None, CultureInfo.InvariantCulture, out var given) && given > 0 ? given : 100;
        return new ManagementQuery(
            query["instanceIdPrefix"] is [{ Length: > 0 } prefix, ..] ? prefix : null,
            [.. query["runtimeStatus"].SelectMany(list => (list ?? "").Split(',')).Select(name => InstanceStatus.Parse(name.Trim())).OfType<OrchestrationStatus>()],
            Time(query["createdTimeFrom"]),
            Time(query["createdTimeTo"]),
            Math.Min(top, OrchestrationQuery.MaxPageSize),
            Flag(request, "showInput", otherwise: true),
            request.Headers[ContinuationHeader] is [{ Length: > 0 } token, ..] ? token : null);
    }

    /// <summary>A yes or no in any case of letters.</summary>
    public static bool Flag(HttpRequest request, string name, bool otherwise = false) =>
        bool.TryParse(request.Query[name], out var given) ? given : otherwise;

    public OrchestrationQuery ToPage() => new() { Prefix = Prefix, Statuses = Statuses, Top = Top, Continuation = Continuation };

    public bool IsInTime(OrchestrationInstance instance) =>
        (From is null || instance.Created >= From) && (To is null || instance.Created <= To);

    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
