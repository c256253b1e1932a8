using ControlPlane.Durable.Protocol;
using ControlPlane.Durable.Replay;
using ControlPlane.Durable.Model;
using Google.Protobuf;
using static ControlPlane.Durable.Tests.Replay.History;

namespace ControlPlane.Durable.Tests.Replay;

public sealed class WireTests
{
    [Fact]
    public void HistoryEvent_NegativeId_IsATenByteVarint()
    {
        byte[] bytes = [0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, 0x72, 0x00];

        var read = HistoryEvent.Parser.ParseFrom(bytes);

        Assert.Equal(-1, read.EventId);
        Assert.Equal(HistoryEvent.EventTypeOneofCase.OrchestratorStarted, read.EventTypeCase);
        Assert.Equal(bytes, read.ToByteArray());
    }

    [Fact]
    public void StringValue_EmptyAndAbsent_AreDifferent()
    {
        var empty = new TaskCompletedEvent { Result = "" };
        var absent = new TaskCompletedEvent();

        Assert.Equal([0x12, 0x00], empty.ToByteArray());
        Assert.Equal("", TaskCompletedEvent.Parser.ParseFrom(empty.ToByteArray()).Result);
        Assert.Null(TaskCompletedEvent.Parser.ParseFrom(absent.ToByteArray()).Result);
    }

    [Fact]
    public void Response_Actions_HaveTheFieldNumbersOfTheReference()
    {
        var response = Sample.Of(context => context.CallActivity("B")).First();

        // instanceId 1 = "i"; actions 2 = { scheduleTask 2 = { name 1 = "B" } }, whose id 0 is not written.
        Assert.Equal([0x0A, 0x01, 0x69, 0x12, 0x05, 0x12, 0x03, 0x0A, 0x01, 0x42], response.ToByteArray());
    }

    [Fact]
    public void Execute_TwentyMegabyteHistory_IsAnswered()
    {
        const int count = 200;
        var big = '"' + new string('x', 100 * 1024) + '"';
        var executor = new OrchestratorExecutor(new OrchestrationRegistry().AddOrchestrator<object?, int>("Sample", async (context, _) =>
        {
            var sum = 0;
            for (var call = 0; call < count; call++)
                sum += (await context.CallActivity<string>("Buy")).Length;
            return sum;
        }));
        var request = new OrchestratorRequest { InstanceId = "i", NewEvents = { TurnStarted(), Started() } };
        request.NewEvents.AddRange(Enumerable.Range(0, count).SelectMany(id => new[] { Scheduled(id, "Buy"), Completed(id, big) }));
        var bytes = request.ToByteArray();

        var response = executor.Execute(OrchestratorRequest.Parser.ParseFrom(bytes));

        Assert.True(bytes.Length > 20_000_000);
        Assert.Equal("20480000", response.Output());
    }
}
