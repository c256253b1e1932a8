namespace SqlEngine.Scripts;

/// <summary>A script cut into its statements.</summary>
internal sealed record Script(IReadOnlyList<ScriptStatement> Statements)
{
    private static readonly string[] ReadingWords = ["select", "values", "show", "explain"];

    /// <summary>The query whose rows are the script's answer; null when it has none.</summary>
    public ScriptStatement? Answer => Statements.LastOrDefault(statement => statement.IsQuery);

    /// <summary>
    /// Whether every statement begins with a word that reads, and no table is made of any but the last. What such a query
    /// calls may write all the same; then the database refuses it, and nothing is done.
    /// </summary>
    public bool OnlyReads =>
        Statements.All(statement => statement.BeginsToRead) && Statements.SkipLast(1).All(statement => statement.Table is null);

    public static Script Parse(string text)
    {
        var statements = new List<ScriptStatement>();
        var tokens = new List<Token>();
        foreach (var token in Tokenizer.Read(text))
        {
            if (token.Kind != TokenKind.Semicolon || IsInsideTrigger(tokens))
            {
                tokens.Add(token);
                continue;
            }

            Cut(tokens, statements);
        }

        Cut(tokens, statements);
        return new Script(statements);
    }

    private static void Cut(List<Token> tokens, List<ScriptStatement> statements)
    {
        if (tokens.Count > 0)
            statements.Add(Read(tokens, statements.Count + 1));
        tokens.Clear();
    }

    private static ScriptStatement Read(List<Token> tokens, int number)
    {
        var isQuery = IsQuery(tokens);
        var named = isQuery ? NamedTable.Find(tokens) : null;
        var start = tokens[0].Start;
        return new ScriptStatement
        {
            Number = number,
            Start = start,
            Sql = tokens[0].Script[start..(named?.QueryEnd ?? tokens[^1].End)],
            IsQuery = isQuery,
            BeginsToRead = tokens[0].IsAny(ReadingWords),
            Table = named?.Name,
        };
    }

    // A trigger's body holds semicolons of its own and ends with "; END" (sqlite.org/c3ref/complete.html).
    private static bool IsInsideTrigger(List<Token> tokens)
    {
        var isTrigger = tokens.Count > 2 && tokens[0].Is("create")
            && tokens[tokens[1].IsAny("temp", "temporary") ? 2 : 1].Is("trigger");
        return isTrigger && !(tokens[^1].Is("end") && tokens[^2].Kind == TokenKind.Semicolon);
    }

    private static bool IsQuery(List<Token> tokens)
    {
        if (!tokens[0].Is("with"))
            return tokens[0].IsAny(ReadingWords);
        var verb = tokens.FirstOrDefault(token =>
            token.Depth == 0 && token.IsAny("select", "values", "insert", "replace", "update", "delete"));
        return verb.Script is not null && verb.IsAny("select", "values");
    }
}
