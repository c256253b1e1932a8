using SqlEngine.Answers;
using SqlEngine.Data;
using SqlEngine.Problems;
using SqlEngine.Scripts;

namespace SqlEngine.Jobs;

/// <summary>One run of one script: its statements in order, the rows of the last query into the answer.</summary>
internal sealed class ScriptExecution(Job job, Script script, IConnection connection, Answer answer)
{
    private const string StagingPrefix = "create temp table \"sql-engine staging\" as ";

    /// <returns>The statement that failed; null when all ran.</returns>
    public Problem? Run()
    {
        var answering = job.Request.IsSilent ? null : script.Answer;
        foreach (var statement in script.Statements)
        {
            job.Progress = new JobProgress(script.Statements.Count, statement.Number, statement.Sql);
            var table = NeedsTable(statement) ? statement.Table : null;
            var prefix = table is null ? "" : StagingPrefix;
            try
            {
                Execute(statement.Sql, table, statement == answering);
            }
            catch (SqlFailure failure)
            {
                var position = failure.Offset - prefix.Length + statement.Start;
                return KnownProblems.SqlError(statement.Number, position, failure);
            }
        }

        if (answering is null)
            RowWriter.WriteNone(answer, job.Request);
        return null;
    }

    // A table that nothing comes after is made only where the owner's next script can read it.
    private bool NeedsTable(ScriptStatement statement) => job.Request.UsesOwnerSession || statement != script.Statements[^1];

    private void Execute(string sql, string? table, bool isAnswer)
    {
        if (table is not null)
            FillTable(sql, Quote(table));
        if (isAnswer)
            WriteRows(table is null ? sql : $"select * from {connection.TempSchema}.{Quote(table)}");
        else if (table is null)
            connection.Execute(sql);
    }

    private void WriteRows(string query)
    {
        using var rows = connection.Query(query);
        RowWriter.Write(rows, answer, job.Request);
    }

    // The query may read the table that it replaces, so the rows are put aside first.
    private void FillTable(string query, string table)
    {
        connection.Execute($"drop table if exists {Staging}");
        connection.Execute(StagingPrefix + query);
        connection.Execute($"drop table if exists {connection.TempSchema}.{table}");
        connection.Execute($"alter table {Staging} rename to {table}");
    }

    private string Staging => $"{connection.TempSchema}.\"sql-engine staging\"";

    private static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
