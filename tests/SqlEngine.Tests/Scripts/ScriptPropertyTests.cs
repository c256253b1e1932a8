using FsCheck;
using FsCheck.Fluent;
using SqlEngine.Scripts;

namespace ControlPlane.SqlEngine.Tests.Scripts;

public sealed class ScriptPropertyTests
{
    private static readonly string[] Pieces =
    [
        "select", "a", "1", "'x;y'", "'it''s'", "\"q;\"", "`b;`", "[c;d]", "/* c; */", "-- d;\n", "(1)", ",", "=", "é", "end", "insert",
    ];

    private static readonly Gen<string> Statements =
        Gen.Elements(Pieces).NonEmptyListOf().Select(pieces => "update " + string.Join(' ', pieces));

    [Fact]
    public void Parse_StatementsJoined_GivesTheSameStatementsBack()
    {
        var scripts = Statements.ListOf().Select(statements => statements.ToArray()).ToArbitrary();

        Prop.ForAll(scripts, statements =>
        {
            var alone = statements.SelectMany(statement => Sql(statement)).ToList();
            var joined = Sql(string.Join(" ;\n", statements));

            return joined.SequenceEqual(alone) && alone.Count == statements.Length;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Parse_WhatWasParsed_ChangesNothing()
    {
        var scripts = Statements.ListOf().Select(statements => string.Join(';', statements)).ToArbitrary();

        Prop.ForAll(scripts, script =>
        {
            var once = Sql(script);

            return Sql(string.Join(";\n", once)).SequenceEqual(once);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Parse_AnyText_TakesEveryStatementFromWhereItSaysInOrder() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string>().Filter(text => text is not null), text =>
        {
            var end = 0;
            foreach (var statement in Script.Parse(text).Statements)
            {
                if (statement.Start < end || text.IndexOf(statement.Sql, statement.Start, StringComparison.Ordinal) != statement.Start)
                    return false;
                end = statement.Start + statement.Sql.Length;
            }

            return true;
        }).QuickCheckThrowOnFailure();

    private static List<string> Sql(string script) => [.. Script.Parse(script).Statements.Select(statement => statement.Sql)];
}
