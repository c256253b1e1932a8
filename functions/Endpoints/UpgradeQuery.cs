using System.Globalization;
using ControlPlane.Core.Problems;
using ControlPlane.Core.Upgrades;
using Microsoft.AspNetCore.Http.Extensions;

namespace ControlPlane.Functions.Endpoints;

/// <summary>What a caller asks for with <c>GET /v1/upgrades</c>.</summary>
/// <param name="Group">The tag of the group; null for all.</param>
/// <param name="Top">How many at most.</param>
/// <param name="Before">The registry's number of the last one of the page before; null for the first page.</param>
internal sealed record UpgradeQuery(string? Group, int Top, int? Before)
{
    private static readonly string[] Known = ["group", "top", "continuation"];

    /// <summary>Reads it, and says all that is wrong at once.</summary>
    public static Result<UpgradeQuery> Read(IQueryCollection query)
    {
        var errors = ListQuery.RefuseUnknown(query, Known);
        errors.AddRange(ListQuery.RefuseTwice(query, Known));
        var top = ListQuery.Top(query, errors);
        var before = default(int?);
        if (ListQuery.Text(query, "continuation") is { } token)
        {
            if (int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                before = id;
            else
                errors.Add(new("continuation", "was not given out here. Take it from nextLink as it is."));
        }

        return errors.Count > 0 ? Problem.Invalid(errors) : new UpgradeQuery(ListQuery.Text(query, "group"), top, before);
    }

    /// <summary>Whether an upgrade belongs to what was asked for.</summary>
    public bool Takes(Upgrade upgrade) => (Group is null || upgrade.Group == Group) && (Before is null || upgrade.Id < Before);

    /// <summary>The address of the next page: the same filters, from there on.</summary>
    public static string Link(HttpRequest request, int last)
    {
        var query = new QueryBuilder(request.Query.Where(pair => pair.Key != "continuation")) { { "continuation", last.ToString(CultureInfo.InvariantCulture) } };
        return $"{request.Scheme}://{request.Host}/v1/upgrades{query}";
    }
}
