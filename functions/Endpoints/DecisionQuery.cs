using ControlPlane.Core.Problems;
using ControlPlane.Core.Scaling;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace ControlPlane.Functions.Endpoints;

/// <summary>What a caller asks for with <c>GET /v1/decisions</c>.</summary>
internal sealed record DecisionQuery(DecisionFilter Filter, int Top, DecisionPosition? After)
{
    private static readonly string[] Known = ["tag", "monitor", "action", "since", "until", "clamp", "changesOnly", "top", "continuation"];

    /// <summary>Reads it, and says all that is wrong at once.</summary>
    public static Result<DecisionQuery> Read(IQueryCollection query)
    {
        var errors = ListQuery.RefuseUnknown(query, Known);
        errors.AddRange(ListQuery.RefuseTwice(query, Known.Where(name => name != "action")));
        var filter = new DecisionFilter
        {
            Tag = ListQuery.Text(query, "tag"),
            Monitor = ListQuery.Text(query, "monitor"),
            Actions = Actions(query, errors),
            Since = Moment(query, "since", errors),
            Until = Moment(query, "until", errors),
            Clamp = ListQuery.Text(query, "clamp"),
            ChangesOnly = Flag(query, "changesOnly", errors),
        };
        if (filter.Since >= filter.Until)
            errors.Add(new("until", "is not after since."));
        var top = ListQuery.Top(query, errors);
        var after = ListQuery.Text(query, "continuation") is { } token ? DecisionPosition.Read(token) : null;
        if (after is null && ListQuery.Text(query, "continuation") is not null)
            errors.Add(new("continuation", "was not given out here. Take it from nextLink as it is."));
        return errors.Count > 0 ? Problem.Invalid(errors) : new DecisionQuery(filter, top, after);
    }

    /// <summary>The address of the next page: the same filters, from there on.</summary>
    public static string Link(HttpRequest request, DecisionPosition next)
    {
        var query = new QueryBuilder(request.Query.Where(pair => pair.Key != "continuation")) { { "continuation", next.Write() } };
        return $"{request.Scheme}://{request.Host}/v1/decisions{query}";
    }

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
        if (ListQuery.Text(query, name) is not { } text)
            return null;
        var moment = Moments.Parse(text);
        if (moment is null)
            errors.Add(new(name, $"\"{text}\" is no time. {Moments.Example}"));
        return moment;
    }

    private static bool Flag(IQueryCollection query, string name, List<FieldError> errors)
    {
        var text = ListQuery.Text(query, name);
        if (text is not (null or "true" or "false"))
            errors.Add(new(name, $"\"{text}\" is neither true nor false."));
        return text == "true";
    }
}
