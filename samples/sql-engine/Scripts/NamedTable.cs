namespace SqlEngine.Scripts;

/// <summary>
/// MLSQL ends a select with <c>as t</c>, which names a table that later statements can read. SQL has the same words for
/// an alias, so the place decides:
/// after a select list, only a second alias names a table (<c>select 1 as a as t</c>, not <c>select 1 as a</c>);
/// after a source, the words do both (<c>select a.x from y as a</c> also makes the table a);
/// after a clause that takes no alias (where, group by, order by, limit, ...), they only name a table.
/// </summary>
internal sealed record NamedTable(string Name, int QueryEnd)
{
    /// <summary>The table that a query names, with the end of the part that SQLite is to run; null when it names none.</summary>
    public static NamedTable? Find(IReadOnlyList<Token> query)
    {
        if (query.Count < 4 || !query[^2].Is("as") || !query[^1].IsName || query[^1].Depth > 0 || query[0].Is("explain"))
            return null;

        var before = query[^3];
        var asTable = new NamedTable(query[^1].Unquoted(), before.End);
        return ClauseAtEnd(query) switch
        {
            Clause.SelectList => EndsWithAlias(query) ? asTable : null,
            Clause.Source => EndsWithAlias(query) || EndsWithBareAlias(query) ? asTable : asTable with { QueryEnd = query[^1].End },
            _ => asTable,
        };
    }

    private static Clause ClauseAtEnd(IReadOnlyList<Token> query)
    {
        for (var index = query.Count - 3; index >= 0; index--)
        {
            var token = query[index];
            if (token.Depth > 0)
                continue;
            if (token.Is("select"))
                return Clause.SelectList;
            if (token.IsAny("from", "join"))
                return Clause.Source;
            if (token.IsAny("on", "using", "where", "by", "having", "limit", "offset", "window", "values"))
                return Clause.Other;
        }

        return Clause.Other;
    }

    private static bool EndsWithAlias(IReadOnlyList<Token> query) => query[^3].IsName && query[^4].Is("as");

    // "from y b as t": SQL allows one alias, and b is it.
    private static bool EndsWithBareAlias(IReadOnlyList<Token> query) =>
        query[^3].IsName && (query[^4].Is(")") || (query[^4].IsName && !query[^4].IsAny("from", "join")));

    private enum Clause
    {
        SelectList,
        Source,
        Other,
    }
}
