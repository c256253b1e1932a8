using SqlEngine.Scripts;

namespace ControlPlane.SqlEngine.Tests.Scripts;

public sealed class ScriptTests
{
    [Theory]
    [InlineData("select 1; VALUES (2); show all; explain select 3", true)]
    [InlineData("select a from t as t", true)]
    [InlineData("select a from t as t; select 1", false)]
    [InlineData("with t as (select 1) select * from t", false)]
    [InlineData("select 1; insert into t values (1)", false)]
    [InlineData("set x = 1", false)]
    public void OnlyReads_Script_IsToldByFirstWordsAndTables(string script, bool onlyReads) =>
        Assert.Equal(onlyReads, Script.Parse(script).OnlyReads);

    [Theory]
    [InlineData("", "")]
    [InlineData(" ; ;; -- nothing\n /* at all */", "")]
    [InlineData("select 1", "select 1")]
    [InlineData("select 1;select 2;", "select 1|select 2")]
    [InlineData("select ';' ; select 2", "select ';'|select 2")]
    [InlineData("select 'it''s; one'", "select 'it''s; one'")]
    [InlineData("select \"a;b\", `c;d`, [e;f]", "select \"a;b\", `c;d`, [e;f]")]
    [InlineData("select 1 -- not; here\n; select 2", "select 1|select 2")]
    [InlineData("select /* nor; here */ 1", "select /* nor; here */ 1")]
    [InlineData("select 1 /* open; to the end", "select 1")]
    [InlineData("select 'open; to the end", "select 'open; to the end")]
    [InlineData("select 1 - -1; select 4 / 2", "select 1 - -1|select 4 / 2")]
    [InlineData("create trigger r after insert on t begin delete from t; select 1; end; select 2",
        "create trigger r after insert on t begin delete from t; select 1; end|select 2")]
    [InlineData("create temp trigger r after insert on t begin select case when 1 then 2 end; end; select 2",
        "create temp trigger r after insert on t begin select case when 1 then 2 end; end|select 2")]
    public void Parse_Script_CutsOutsideOfQuotesCommentsAndTriggers(string script, string statements)
    {
        var parsed = Script.Parse(script);

        Assert.Equal(statements, string.Join('|', parsed.Statements.Select(statement => statement.Sql)));
    }

    [Theory]
    [InlineData("select 1; select 2; delete from t", 2)]
    [InlineData("SELECT 1; insert into t select 2", 1)]
    [InlineData("values (1); with a as (select 1) select * from a", 2)]
    [InlineData("select 1; with a as (select 1) insert into t select * from a", 1)]
    [InlineData("explain query plan select 1", 1)]
    [InlineData("delete from t", null)]
    [InlineData("with", null)]
    public void Answer_Script_IsItsLastQuery(string script, int? statement)
    {
        var parsed = Script.Parse(script);

        Assert.Equal(statement, parsed.Answer?.Number);
    }

    [Fact]
    public void Parse_Script_TellsWhereEachStatementStarts()
    {
        const string Text = "select 1;\n  -- second\n  select 2";

        var parsed = Script.Parse(Text);

        Assert.Equal([0, Text.LastIndexOf("select", StringComparison.Ordinal)], parsed.Statements.Select(statement => statement.Start));
    }
}
