using System.Globalization;
using ControlPlane.Core.Problems;

namespace ControlPlane.Functions.Endpoints;

/// <summary>What the queries of lists that come in pages have in common.</summary>
internal static class ListQuery
{
    private const int DefaultTop = 50, MostTop = 1000;

    /// <summary>Parameters that are not among the known ones.</summary>
    public static List<FieldError> RefuseUnknown(IQueryCollection query, IReadOnlyList<string> known) =>
        [.. query.Keys.Except(known).Select(name => new FieldError(name, $"is not known here. Known: {string.Join(", ", known)}."))];

    /// <summary>Those of some parameters that are given more than once.</summary>
    public static IEnumerable<FieldError> RefuseTwice(IQueryCollection query, IEnumerable<string> names) =>
        names.Where(name => query[name].Count > 1).Select(name => new FieldError(name, "is given twice."));

    /// <summary>A parameter; null when it is missing or empty.</summary>
    public static string? Text(IQueryCollection query, string name) => query[name] is [{ Length: > 0 } text, ..] ? text : null;

    /// <summary>How many the page may hold, by the parameter <c>top</c>.</summary>
    public static int Top(IQueryCollection query, List<FieldError> errors)
    {
        if (Text(query, "top") is not { } text)
            return DefaultTop;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var top) && top is >= 1 and <= MostTop)
            return top;
        errors.Add(new("top", $"\"{text}\" is no whole number from 1 to {MostTop}."));
        return DefaultTop;
    }
}
