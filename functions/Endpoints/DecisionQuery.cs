using System.Globalization;
using ControlPlane.Core.Problems;
using ControlPlane.Core.Scaling;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace ControlPlane.Functions.Endpoints;

/// <summary>What a caller asks for with <c>GET /v1/decisions</c>.</summary>
internal sealed record DecisionQuery(DecisionFilter Filter, int Top, DecisionPosition? After)
{
    private const int DefaultTop = 50, MostTop = 1000;

    private static readonly string[] Known = ["tag", "monitor", "action", "since", "until", "clamp", "changesOnly", "top", "continuation"];

    /// <summary>Reads it, and says all that is wrong at once.</summary>
    public static Result<DecisionQuery> Read(IQueryCollection query)
    {
        List<FieldError> errors = [.. query.Keys.Except(Known).Select(name => new FieldError(name, $"is not known here. Known: {string.Join(", ", Known)}."))];
        errors.AddRange(Known.Where(name => name != "action" && query[name].Count > 1).Select(name => new FieldError(name, "is given twice.")));
        var filter = new DecisionFilter
        {
            Tag = Text(query, "tag"),
            Monitor = Text(query, "monitor"),
            Actions = Actions(query, errors),
            Since = Moment(query, "since", errors),
            Until = Moment(query, "until", errors),
            Clamp = Text(query, "clamp"),
            ChangesOnly = Flag(query, "changesOnly", errors),
        };
        if (filter.Since >= filter.Until)
            errors.Add(new("until", "is not after since."));
        var top = PageSize(query, errors);
        var after = Text(query, "continuation") is { } token ? DecisionPosition.Read(token) : null;
        if (after is null && Text(query, "continuation") is not null)
            errors.Add(new("continuation", "was not given out here. Take it from nextLink as it is."));
        return errors.Count > 0 ? Problem.Invalid(errors) : new DecisionQuery(filter, top, after);
    }

    /// <summary>The address of the next page: the same filters, from there on.</summary>
    public static string Link(HttpRequest request, DecisionPosition next)
    {
        var query = new QueryBuilder(request.Query.Where(pair => pair.Key != "continuation")) { { "continuation", next.Write() } };
        return $"{request.Scheme}://{request.Host}/v1/decisions{query}";
    }

    private static string? Text(IQueryCollection query, string name) => query[name] is [{ Length: > 0 } text, ..] ? text : null;

    private static HashSet<ScalingAction> Actions(IQueryCollection query, List<FieldError> errors)
    {
        var actions = new HashSet<ScalingAction>();
        foreach (var text in query["action"].SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
        {
            if (char.IsAsciiLetter(text[0]) && Enum.TryParse<ScalingAction>(text, ignoreCase: true, out var action))
                actions.Add(action);
            else
                errors.Add(new("action", $"\"{text}\" is not known. Known: none, grow, shrink, replace."));
        }

        return actions;
    }

    private static DateTimeOffset? Moment(IQueryCollection query, string name, List<FieldError> errors)
    {
        if (Text(query, name) is not { } text)
            return null;
        var moment = Moments.Parse(text);
        if (moment is null)
            errors.Add(new(name, $"\"{text}\" is no time. {Moments.Example}"));
        return moment;
    }

    private static bool Flag(IQueryCollection query, string name, List<FieldError> errors)
    {
        var text = Text(query, name);
        if (text is not (null or "true" or "false"))
            errors.Add(new(name, $"\"{text}\" is neither true nor false."));
        return text == "true";
    }

    private static int PageSize(IQueryCollection query, List<FieldError> errors)
    {
        if (Text(query, "top") is not { } text)
            return DefaultTop;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var top) && top is >= 1 and <= MostTop)
            return top;
        errors.Add(new("top", $"\"{text}\" is no whole number from 1 to {MostTop}."));
        return DefaultTop;
    }
}
