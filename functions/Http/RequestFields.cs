using System.Globalization;
using System.Text;
using System.Text.Json;
using ControlPlane.Core.Problems;
using Microsoft.AspNetCore.WebUtilities;

namespace ControlPlane.Functions.Http;

/// <summary>
/// The parameters of a request as the seed's API takes them: query and form merged into one flat list, or a flat JSON
/// object. A name that comes twice is one comma list, as its users know it.
/// </summary>
internal sealed class RequestFields
{
    /// <summary>The longest body of a request that changes or asks something, in bytes.</summary>
    public const int BodyLimit = 64 * 1024;

    private const int MaxFields = 200;

    private readonly Dictionary<string, string> _fields = new(StringComparer.Ordinal);

    public IEnumerable<string> Names => _fields.Keys;

    public string? this[string name] => _fields.GetValueOrDefault(name);

    public static async Task<Result<RequestFields>> ReadAsync(HttpRequest request)
    {
        var fields = new RequestFields();
        foreach (var (name, values) in request.Query)
        {
            foreach (var value in values)
                fields.Add(name, value ?? "");
        }

        if (!(await LimitedBody.ReadAsync(request, BodyLimit, request.HttpContext.RequestAborted)).Is(out var body, out var problem))
            return problem;
        if (body.Length > 0 && fields.AddBody(body, request.ContentType ?? "") is { } unreadable)
            return unreadable;
        return fields._fields.Count > MaxFields
            ? new Problem(ProblemCodes.Unreadable, $"The request has more than {MaxFields} parameters.")
            : fields;
    }

    /// <summary>Says which names are not among the known ones. Those of the peer's own console are let pass: it sends them with everything.</summary>
    public Problem? RefuseUnknown(params IReadOnlyList<string> known)
    {
        var errors = Names
            .Where(name => !known.Contains(name) && name != "action" && !name.StartsWith("context.", StringComparison.Ordinal))
            .Select(name => new FieldError(name, $"is not known here. Known: {string.Join(", ", known)}."))
            .ToList();
        return errors.Count > 0 ? Problem.Invalid(errors) : null;
    }

    /// <summary>Reads a whole number; null when the name is missing, an error in the list when it is no number.</summary>
    public int? Number(string name, List<FieldError> errors)
    {
        if (this[name] is not { } text)
            return null;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return number;
        errors.Add(new(name, $"\"{text}\" is no whole number."));
        return null;
    }

    /// <summary>Reads which thing is meant: its id, which goes first, or its name.</summary>
    public Result<Identity> Identity(string kind)
    {
        var errors = new List<FieldError>();
        var id = Number("id", errors);
        if (errors.Count > 0)
            return Problem.Invalid(errors);
        return id is null && string.IsNullOrEmpty(this["name"])
            ? Problem.Invalid("name", $"is missing. Give the name or the id of a {kind}.")
            : new Identity(id, this["name"]);
    }

    /// <summary>Reads a number with decimals; null when the name is missing, an error in the list when it is no number.</summary>
    public double? Decimal(string name, List<FieldError> errors)
    {
        if (this[name] is not { } text)
            return null;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
            return number;
        errors.Add(new(name, $"\"{text}\" is no number."));
        return null;
    }

    /// <summary>Reads true or false; null when the name is missing, an error in the list when it is neither.</summary>
    public bool? Truth(string name, List<FieldError> errors)
    {
        if (this[name] is not { } text)
            return null;
        if (bool.TryParse(text, out var isTrue))
            return isTrue;
        errors.Add(new(name, $"\"{text}\" is neither true nor false."));
        return null;
    }

    private Problem? AddBody(byte[] body, string contentType)
    {
        if (contentType.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase))
            return new Problem(ProblemCodes.Unreadable, "A multipart body is not read. Send application/x-www-form-urlencoded or application/json.");
        if (contentType.Contains("json", StringComparison.OrdinalIgnoreCase))
            return AddJson(body);
        var form = new FormReader(Encoding.UTF8.GetString(body)) { ValueCountLimit = MaxFields + 1 };
        try
        {
            while (form.ReadNextPair() is { } pair)
                Add(pair.Key, pair.Value);
        }
        catch (InvalidDataException)
        {
            return new Problem(ProblemCodes.Unreadable, "The form could not be read. Send name=value pairs joined by &, percent-encoded.");
        }

        return null;
    }

    private Problem? AddJson(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
                return new Problem(ProblemCodes.Unreadable, "The JSON body is no object. Send an object of names and values.");
            foreach (var member in json.RootElement.EnumerateObject())
                Add(member.Name, Text(member.Value));
            return null;
        }
        catch (JsonException failure)
        {
            return new Problem(ProblemCodes.Unreadable, $"The body is no JSON: {failure.Message}");
        }
        catch (InvalidOperationException)
        {
            return new Problem(ProblemCodes.Unreadable, "A string in the JSON body is no Unicode text. Send UTF-8.");
        }
    }

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Array => string.Join(",", value.EnumerateArray().Select(Text)),
        JsonValueKind.Null => "",
        _ => value.GetRawText(),
    };

    private void Add(string name, string value) =>
        _fields[name] = _fields.TryGetValue(name, out var before) ? $"{before},{value}" : value;
}

/// <summary>How a caller names a thing: by id, or by name.</summary>
internal sealed record Identity(int? Id, string? Name)
{
    public override string ToString() => Id is { } id ? $"with the id {id}" : $"\"{Name}\"";
}
