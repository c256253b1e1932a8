using ControlPlane.Core.Monitors;
using ControlPlane.Core.Problems;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Registry;

namespace ControlPlane.Functions.Endpoints;

/// <summary>Monitors as the seed's users call them: <c>/monitor/...</c> with form bodies.</summary>
internal sealed class SeedMonitorEndpoints(MonitorBook book, MonitorRules rules) : IEndpointGroup
{
    private static readonly string[] MonitorFields =
    [
        "name", "tag", "minInstances", "maxInstances", "allocateType", "allocateStrategy", "profile", "periodSeconds", "samples", "drainDeadlineSeconds",
    ];

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapCalls("/monitor/add", Call.Post(Role.Admin, AddAsync, [.. MonitorFields, .. FlatPolicy.Fields]));
        app.MapCalls("/monitor/remove", Call.Post(Role.Admin, RemoveAsync, "id", "name"));
        app.MapCalls("/monitor/list", Call.Ask(ListAsync));
    }

    private async Task<Reply> AddAsync(RequestFields fields, CancellationToken cancellation)
    {
        var errors = new List<FieldError>();
        var spec = new MonitorSpec
        {
            Name = fields["name"],
            Tag = fields["tag"],
            MinInstances = fields.Number("minInstances", errors),
            MaxInstances = fields.Number("maxInstances", errors),
            AllocateType = fields["allocateType"],
            AllocateStrategy = fields["allocateStrategy"],
            Profile = fields["profile"],
            PeriodSeconds = fields.Decimal("periodSeconds", errors),
            Samples = fields.Number("samples", errors),
            DrainDeadlineSeconds = fields.Decimal("drainDeadlineSeconds", errors),
            Policy = FlatPolicy.Read(fields, errors),
        };
        if (errors.Count > 0)
            return Problem.Invalid(errors);
        if (!(await rules.ValidateAsync(spec, cancellation)).Is(out var monitor, out var problem))
            return FlatPolicy.Flatten(problem);
        return (await book.AddAsync(monitor, cancellation)).Is(out _, out problem) ? Message.Reply : problem;
    }

    private async Task<Reply> RemoveAsync(RequestFields fields, CancellationToken cancellation)
    {
        if (!(await book.FindAsync(fields, RegistryKinds.Monitors, cancellation)).Is(out var row, out var problem))
            return problem;
        return (await book.RemoveAsync(row.Value.Name, null, cancellation)).Is(out _, out problem) ? Message.Reply : problem;
    }

    private async Task<Reply> ListAsync(RequestFields fields, CancellationToken cancellation)
    {
        var rows = await book.ListAsync(cancellation);
        return Reply.Json([.. rows.Select(row => SeedMonitor.From(row.Value))], ControlPlaneJson.Default.IReadOnlyListSeedMonitor);
    }
}
