using System.Text.Json;
using ControlPlane.Core.Problems;

namespace ControlPlane.Functions.Alerts;

/// <summary>
/// A member of a webhook's JSON with its path. What is wrong with it is added to a list, so that the sender learns all of
/// it at once. Members that nobody asks for are let pass: senders add some with each of their versions.
/// </summary>
internal sealed class PayloadField(string path, JsonElement? element, List<FieldError> errors)
{
    /// <summary>Enough to see what is wrong with a thousand alerts alike.</summary>
    private const int MaxErrors = 20;

    /// <summary>Whether it is there and not null.</summary>
    public bool IsGiven => element is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) };

    /// <summary>A member of this object. Not there when this is no object.</summary>
    public PayloadField this[string name] => new(
        path.Length == 0 ? name : $"{path}.{AlertIdentity.Title(name)}",
        element is { ValueKind: JsonValueKind.Object } parent && parent.TryGetProperty(name, out var child) ? child : null,
        errors);

    public void Refuse(string message)
    {
        if (errors.Count < MaxErrors)
            errors.Add(new(path, message));
    }

    /// <summary>The text; null, with an error, when there is none.</summary>
    public string? Text()
    {
        if (element is { ValueKind: JsonValueKind.String } json && json.GetString() is { Length: > 0 } text)
            return text;
        Refuse(IsGiven && element!.Value.ValueKind != JsonValueKind.String ? "is no text." : "is missing.");
        return null;
    }

    /// <summary>The text; null when there is none, with an error when it is something else.</summary>
    public string? OptionalText()
    {
        var isEmpty = element is { ValueKind: JsonValueKind.String } json && json.ValueEquals("");
        return IsGiven && !isEmpty ? Text() : null;
    }

    /// <summary>The time; null, with an error, when it is none. Without an offset it is in UTC.</summary>
    public DateTimeOffset? Time()
    {
        if (Text() is not { } text)
            return null;
        if (element!.Value.TryGetDateTime(out var time))
            return new DateTimeOffset(time.Kind == DateTimeKind.Unspecified ? DateTime.SpecifyKind(time, DateTimeKind.Utc) : time.ToUniversalTime());
        Refuse($"\"{AlertIdentity.Title(text)}\" is no time such as 2026-01-31T12:00:00Z.");
        return null;
    }

    /// <summary>The members of an object that are texts, with an error for any other unless those are to be passed over.</summary>
    public Dictionary<string, string> Texts(bool skipsOthers)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        if (element is not { ValueKind: JsonValueKind.Object } json)
        {
            Refuse(IsGiven ? "is no object." : "is missing.");
            return texts;
        }

        foreach (var member in json.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.String)
                texts[member.Name] = member.Value.GetString()!;
            else if (!skipsOthers)
                this[member.Name].Refuse("is no text.");
        }

        return texts;
    }

    /// <summary>The elements of an array, at most so many; none, with an error, when it is no such array.</summary>
    public IEnumerable<PayloadField> Elements(int most)
    {
        if (element is not { ValueKind: JsonValueKind.Array } list)
            Refuse(IsGiven ? "is no array." : "is missing.");
        else if (list.GetArrayLength() > most)
            Refuse($"holds {list.GetArrayLength()}. At most {most} are taken at once.");
        else
            return list.EnumerateArray().Select((one, index) => new PayloadField($"{path}[{index}]", one, errors));
        return [];
    }
}
