using System.Diagnostics.Metrics;
using System.Net;
using ControlPlane.Core.Storage;

namespace ControlPlane.Infra.Tests.AzureTables;

public sealed class StorageMetricsTests
{
    [Fact]
    public async Task Operations_EachTry_IsCountedByKindAndStatus()
    {
        List<string> counted = [];
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Name == "controlplane.tables.operations")
                listening.EnableMeasurementEvents(instrument);
        };
        // Other tests run beside this one and are counted by the same name: only what flows from here is looked at.
        var flow = new AsyncLocal<bool> { Value = true };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            if (flow.Value)
                counted.Add($"{count} {tags[0].Value} {tags[1].Value}");
        });
        listener.Start();
        var service = new StubService().Fail(HttpStatusCode.NotFound, "TableNotFound").Answer(HttpStatusCode.Created).Answer(HttpStatusCode.NoContent)
            .Answer(HttpStatusCode.NoContent).Answer(HttpStatusCode.Accepted).Break().Answer(HttpStatusCode.OK, """{"value":[]}""")
            .Fail(HttpStatusCode.NotFound, "ResourceNotFound").Fail(HttpStatusCode.NotFound, "ResourceNotFound");
        using var store = service.Store();

        await store.CommitAsync("things", "p", [new EntityChange.Add("a", "1")]);
        await store.CommitAsync("things", "p", [new EntityChange.Upsert("a", "1")]);
        await store.CommitAsync("things", "p", [new EntityChange.Upsert("a", "1"), new EntityChange.Upsert("b", "1")]);
        await store.QueryAsync("things", new());
        await store.GetAsync("things", "p", "a");
        await store.CommitAsync("things", "p", [new EntityChange.Delete("a", null)]);

        Assert.Equal(
            [
                "1 add 404", "1 create_table 201", "1 add 204", "1 write 204", "1 transaction 202", "1 query 0", "1 query 200", "1 get 404",
                "1 delete 404",
            ],
            counted);
    }
}
