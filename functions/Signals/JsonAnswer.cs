using System.Text.Json;
using ControlPlane.Core.Json;

namespace ControlPlane.Functions.Signals;

/// <summary>Reads one value of a JSON document: a number, or true or false.</summary>
internal static class JsonAnswer
{
    /// <param name="root">The document.</param>
    /// <param name="path">A JSON pointer (RFC 6901).</param>
    /// <param name="at">When it was true.</param>
    public static SourceAnswer Read(JsonElement root, string path, DateTimeOffset at) => JsonPointer.Find(root, path) switch
    {
        null => SourceAnswer.Failed("its answer has nothing at that path", at),
        { ValueKind: JsonValueKind.True } => SourceAnswer.Of(true, at),
        { ValueKind: JsonValueKind.False } => SourceAnswer.Of(false, at),
        { ValueKind: JsonValueKind.Number } number when double.IsFinite(number.GetDouble()) => SourceAnswer.Of(number.GetDouble(), at),
        _ => SourceAnswer.Failed("what it answers at that path is no number", at),
    };
}
