using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using ControlPlane.Core.Problems;

namespace ControlPlane.Functions.Router;

/// <summary>What one backend did with a request that went to all.</summary>
internal sealed record FanOutAnswer
{
    private readonly Destination _destination;
    private int? _status;
    private byte[]? _body;
    private (string Code, string Detail)? _error;
    private TimeSpan? _duration;

    private FanOutAnswer(Destination destination) => _destination = destination;

    public bool IsWell => _status is >= 200 and < 300;

    /// <summary>Whether the request was sent, and so may have run.</summary>
    public bool IsSent => _error?.Code != ProblemCodes.BackendUnreachable;

    public static FanOutAnswer Answered(Destination destination, int status, byte[] body, long started) =>
        new(destination) { _status = status, _body = body, _duration = Stopwatch.GetElapsedTime(started) };

    public static FanOutAnswer Failed(Destination destination, string code, string detail, long started) =>
        new(destination) { _error = (code, detail), _duration = Stopwatch.GetElapsedTime(started) };

    public static FanOutAnswer NotSent(Destination destination, string code, string detail) => new(destination) { _error = (code, detail) };

    /// <summary>Counts it among the outcomes of its backend; null when the client went before it was there.</summary>
    public static void Count(FanOutAnswer? answer, in Place place)
    {
        var outcomes = place.Destination.Outcomes;
        if (answer is null)
            outcomes.Abandoned();
        else if (answer._status is { } status)
            outcomes.Answered(status, answer._duration!.Value);
        else if (answer.IsSent)
            outcomes.Broke();
        else
            outcomes.Unreached();
        if (place.IsRead && answer is not { IsSent: false })
            outcomes.SentRead();
    }

    /// <summary>Writes it as an object. A body that is JSON stands there as JSON, any other as a string.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("backend", _destination.Name);
        writer.WriteString("url", _destination.Url);
        if (_status is { } status)
            writer.WriteNumber("status", status);
        if (_duration is { } duration)
            writer.WriteNumber("durationMs", Math.Round(duration.TotalMilliseconds, 1));
        if (_body is { } body)
            WriteBody(writer, body);
        if (_error is { } error)
        {
            writer.WriteStartObject("error");
            writer.WriteString("code", error.Code);
            writer.WriteString("detail", error.Detail);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WriteBody(Utf8JsonWriter writer, byte[] body)
    {
        writer.WritePropertyName("body");
        if (IsJson(body))
            writer.WriteRawValue(body, skipInputValidation: true);
        else
            writer.WriteStringValue(Encoding.UTF8.GetString(body));
    }

    private static bool IsJson(byte[] body)
    {
        // The reader does not look into strings, and one of them that is no UTF-8 would spoil the whole answer.
        if (!Utf8.IsValid(body))
            return false;
        try
        {
            var reader = new Utf8JsonReader(body);
            while (reader.Read())
            {
                // Reading to the end is the check.
            }

            return body.Length > 0;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
