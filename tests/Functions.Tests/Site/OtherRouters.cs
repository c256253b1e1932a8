using ControlPlane.Functions.Router;

namespace ControlPlane.Functions.Tests.Site;

/// <summary>Routers of other processes, which say what a test has them say.</summary>
internal sealed class OtherRouters(params IReadOnlyList<RouterReport> reports) : IOtherRouters
{
    public TimeSpan SettleTime { get; init; }

    public TimeSpan FirstReportTime { get; init; }

    public IReadOnlyList<RouterReport> Reports { get; set; } = reports;

    public Task<IReadOnlyList<RouterReport>> ReadAsync(CancellationToken cancellation) => Task.FromResult(Reports);
}
