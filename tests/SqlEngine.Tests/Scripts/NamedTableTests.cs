using SqlEngine.Scripts;

namespace ControlPlane.SqlEngine.Tests.Scripts;

public sealed class NamedTableTests
{
    [Theory]
    [InlineData("select sleep(1000) as a as t;", "t", "select sleep(1000) as a")]
    [InlineData("select 1 as a, 2 as b AS T", "T", "select 1 as a, 2 as b")]
    [InlineData("select 1 as \"a b\" as \"x\"\"y\"", "x\"y", "select 1 as \"a b\"")]
    [InlineData("select 1 as a as [my t]", "my t", "select 1 as a")]
    [InlineData("select * from x where a = 1 as t", "t", "select * from x where a = 1")]
    [InlineData("select a from x group by a as t", "t", "select a from x group by a")]
    [InlineData("select a from x order by a limit 3 as t", "t", "select a from x order by a limit 3")]
    [InlineData("select * from x join y on x.a = y.a as t", "t", "select * from x join y on x.a = y.a")]
    [InlineData("select * from x join y using (a) as t", "t", "select * from x join y using (a)")]
    [InlineData("select * from x as x1 as t", "t", "select * from x as x1")]
    [InlineData("select * from x x1 as t", "t", "select * from x x1")]
    [InlineData("select * from (select 1) s as t", "t", "select * from (select 1) s")]
    [InlineData("with c as (select 1) select * from c where 1 as t", "t", "with c as (select 1) select * from c where 1")]
    [InlineData("select 1 as a union all select 2 as b as t", "t", "select 1 as a union all select 2 as b")]
    public void Find_NameThatIsNoAlias_IsCutOff(string script, string table, string sql) => AssertNamed(script, table, sql);

    [Theory]
    [InlineData("select * from x as t", "t")]
    [InlineData("select t.a from x as t", "t")]
    [InlineData("select * from x join y as t", "t")]
    [InlineData("select * from (select 1 as a) as t", "t")]
    [InlineData("select * from main.x as t", "t")]
    public void Find_NameThatIsAlsoAnAlias_StaysInTheQuery(string sql, string table) => AssertNamed(sql, table, sql);

    [Theory]
    [InlineData("select 1 as a")]
    [InlineData("select 1")]
    [InlineData("select * from x")]
    [InlineData("select cast(1 as text)")]
    [InlineData("select * from (select 1 as a as t)")]
    [InlineData("select a from x union select 1 as b")]
    [InlineData("explain select * from x as t")]
    [InlineData("insert into y select * from x as t")]
    [InlineData("create view v as select * from x as t")]
    [InlineData("select 'a as t'")]
    public void Find_NoName_IsNull(string script) => AssertNamed(script, null, script);

    private static void AssertNamed(string script, string? table, string sql)
    {
        var statement = Assert.Single(Script.Parse(script).Statements);

        Assert.Equal((table, sql), (statement.Table, statement.Sql));
    }
}
