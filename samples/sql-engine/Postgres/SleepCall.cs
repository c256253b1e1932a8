using System.Text;
using SqlEngine.Scripts;

namespace SqlEngine.Postgres;

/// <summary>
/// <c>sleep(ms)</c> in a script for PostgreSQL, whose own function takes seconds and answers nothing. It cannot be defined
/// as a function, since an account that only reads may define none, so that its calls are rewritten.
/// </summary>
internal static class SleepCall
{
    private const string Name = "sleep";

    /// <summary>The statement with each call replaced by a query that waits and answers the milliseconds.</summary>
    public static string Rewrite(string sql)
    {
        if (!sql.Contains(Name, StringComparison.OrdinalIgnoreCase))
            return sql;
        var tokens = Tokenizer.Read(sql).ToList();
        var rewritten = new StringBuilder();
        var copied = 0;
        for (var at = 0; at + 1 < tokens.Count; at++)
        {
            if (!IsCall(tokens, at) || tokens.FindIndex(at + 2, token => token.Is(")") && token.Depth == tokens[at + 1].Depth) is not (> 0 and var close))
                continue;
            var milliseconds = Rewrite(sql[tokens[at + 1].End..tokens[close].Start]);
            rewritten.Append(sql, copied, tokens[at].Start - copied)
                .Append("(select sleep from (select (").Append(milliseconds).Append(")::bigint as sleep) as given, pg_sleep(given.sleep / 1000.0))");
            copied = tokens[close].End;
            at = close;
        }

        return rewritten.Append(sql, copied, sql.Length - copied).ToString();
    }

    private static bool IsCall(List<Token> tokens, int at) =>
        tokens[at].Kind == TokenKind.Word && tokens[at].Is(Name) && tokens[at + 1].Is("(") && (at == 0 || !tokens[at - 1].Is("."));
}
