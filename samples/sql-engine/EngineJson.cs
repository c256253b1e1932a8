using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using SqlEngine.Instance;
using SqlEngine.Jobs;
using SqlEngine.Problems;

namespace SqlEngine;

/// <summary>The JSON of every fixed answer, generated at compile time so that the engine starts fast.</summary>
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(ResourceFigures))]
[JsonSerializable(typeof(InstanceInfo))]
[JsonSerializable(typeof(DrainAnswer))]
[JsonSerializable(typeof(Dictionary<string, JobView>))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class EngineJson : JsonSerializerContext
{
    /// <summary>Quotes and letters stay readable: the answers are JSON bodies and never part of a page.</summary>
    public static EngineJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
