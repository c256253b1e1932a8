using SqlEngine.Answers;
using SqlEngine.Problems;
using SqlEngine.Scripts;
using SqlEngine.Sqlite;

namespace SqlEngine.Jobs;

/// <summary>One run of one script: its statements in order, the rows of the last query into the answer.</summary>
internal sealed class ScriptExecution(Job job, Script script, Connection connection, Answer answer)
{
    private const string StagingPrefix = "create temp table \"sql-engine staging\" as ";

    /// <returns>The statement that failed; null when all ran.</returns>
    public Problem? Run()
    {
        var answering = job.Request.IsSilent ? null : script.Answer;
        foreach (var statement in script.Statements)
        {
            job.Progress = new JobProgress(script.Statements.Count, statement.Number, statement.Sql);
            var prefix = statement.Table is null ? "" : StagingPrefix;
            try
            {
                Execute(statement, statement == answering);
            }
            catch (SqliteFailure failure)
            {
                var position = failure.Offset - prefix.Length + statement.Start;
                return KnownProblems.SqlError(statement.Number, position, failure);
            }
        }

        if (answering is null)
            RowWriter.WriteNone(answer, job.Request);
        return null;
    }

    private void Execute(ScriptStatement statement, bool isAnswer)
    {
        if (statement.Table is { } table)
            FillTable(statement.Sql, Quote(table));
        if (statement.Table is not null && !isAnswer)
            return;

        using var prepared = connection.Prepare(statement.Table is { } filled ? $"select * from temp.{Quote(filled)}" : statement.Sql);
        if (isAnswer)
            RowWriter.Write(prepared, answer, job.Request);
        else
            prepared.Finish();
    }

    // The query may read the table that it replaces, so the rows are put aside first.
    private void FillTable(string query, string table)
    {
        connection.Execute("drop table if exists temp.\"sql-engine staging\"");
        connection.Execute(StagingPrefix + query);
        connection.Execute($"drop table if exists temp.{table}");
        connection.Execute($"alter table temp.\"sql-engine staging\" rename to {table}");
    }

    private static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
