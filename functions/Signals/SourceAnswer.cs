using System.Text.Json;

namespace ControlPlane.Functions.Signals;

/// <summary>What a source said, or why it said nothing.</summary>
internal sealed record SourceAnswer
{
    /// <summary>When it was true.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The number; null when there is none, or it is not finite.</summary>
    public double? Number { get; init; }

    /// <summary>Whether it is true; null when that cannot be told.</summary>
    public bool? Truth { get; init; }

    /// <summary>Why there is no answer, in words without anything of the answer's text; null when there is one.</summary>
    public string? Fault { get; init; }

    /// <summary>A number; it is true unless it is 0 or no number at all.</summary>
    public static SourceAnswer Of(double number, DateTimeOffset at) => new()
    {
        At = at,
        Number = double.IsFinite(number) ? number : null,
        Truth = double.IsNaN(number) ? null : number != 0,
    };

    /// <summary>True or false, which is no number.</summary>
    public static SourceAnswer Of(bool truth, DateTimeOffset at) => new() { At = at, Truth = truth };

    /// <summary>The source answered that there is nothing of the kind: no number, and not true.</summary>
    public static SourceAnswer Nothing(DateTimeOffset at) => new() { At = at, Truth = false };

    /// <summary>No answer.</summary>
    public static SourceAnswer Failed(string fault, DateTimeOffset at) => new() { At = at, Fault = fault };

    /// <summary>Reads a document.</summary>
    /// <param name="json">Its bytes, whatever they are.</param>
    /// <param name="read">What to read from its root.</param>
    /// <param name="at">When it was asked for.</param>
    public static SourceAnswer Parse(ReadOnlyMemory<byte> json, Func<JsonElement, SourceAnswer> read, DateTimeOffset at)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return read(document.RootElement);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // The latter is a text in it that is no UTF-8.
            return Failed("its answer is no JSON", at);
        }
    }
}
