using ControlPlane.Durable.Protocol;
using Google.Protobuf;
using Google.Protobuf.Collections;

namespace ControlPlane.Infra.Sqlite;

/// <summary>
/// Events as they lie in the file: the past events of an <see cref="OrchestratorRequest"/>. Reading several into one
/// request joins them, because merging protobuf messages appends repeated fields.
/// </summary>
internal static class HistoryBytes
{
    public static byte[] Of(IEnumerable<HistoryEvent> events)
    {
        var request = new OrchestratorRequest();
        request.PastEvents.AddRange(events);
        return request.ToByteArray();
    }

    public static RepeatedField<HistoryEvent> Join(IEnumerable<byte[]> parts)
    {
        var request = new OrchestratorRequest();
        foreach (var part in parts)
            request.MergeFrom(part);
        return request.PastEvents;
    }
}
