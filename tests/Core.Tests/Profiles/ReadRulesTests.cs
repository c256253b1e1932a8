using ControlPlane.Core.Profiles;
using FsCheck;
using FsCheck.Fluent;

namespace ControlPlane.Core.Tests.Profiles;

public class ReadRulesTests
{
    private static readonly ReadRules Rules = new() { Methods = ["GET"], Parameter = "sql", Prefixes = ["select", "values", "show"] };

    [Theory]
    [InlineData("select 1")]
    [InlineData("SELECT 1")]
    [InlineData("  \t\r\n select 1 ; \n ")]
    [InlineData("select(1)")]
    [InlineData("select*from t")]
    [InlineData("select")]
    [InlineData("values (1)")]
    [InlineData("-- a comment\nselect 1")]
    [InlineData("-- insert into t values (1)\r\nselect 1")]
    [InlineData("/* a comment */ /* another */\n-- and one more\n select 1")]
    public void IsRead_OneStatementThatBeginsSo_IsOne(string text) => Assert.True(Rules.IsRead(text));

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData(";")]
    [InlineData("insert into t values (1)")]
    [InlineData("selection")]
    [InlineData("select_into()")]
    [InlineData("select2")]
    [InlineData("selecté")]
    [InlineData("explain select 1")]
    [InlineData("(select 1)")]
    [InlineData("select 1; delete from t")]
    [InlineData("select 1;;")]
    [InlineData("select ';' from t")]
    [InlineData("select 1; -- nothing")]
    [InlineData("-- select 1")]
    [InlineData("-- select 1\rdelete from t")]
    [InlineData("/* select 1")]
    [InlineData("/* /* */ delete from t */ select 1")]
    [InlineData("/*! insert into t */ select 1")]
    [InlineData("select 1 /*!50000 into outfile 'f' */")]
    [InlineData("/*M! delete from t where */ select 1")]
    public void IsRead_AnythingElse_IsNone(string text) => Assert.False(Rules.IsRead(text));

    [Fact]
    public void IsRead_SecondStatement_IsNeverOne() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<string>(),
            Gen.Elements("select 1", " SELECT * from t", "-- c\nselect 1", "/* c */values (1)", "").ToArbitrary(),
            ArbMap.Default.ArbFor<NonEmptyString>().Filter(text => !string.IsNullOrWhiteSpace(text.Get)),
            (middle, begin, second) => Assert.False(Rules.IsRead($"{begin} {middle};{second.Get}")))
        .QuickCheckThrowOnFailure();

    [Fact]
    public void IsRead_CommentsAndBlanksBefore_ChangeNothing() =>
        Prop.ForAll(
            Gen.Elements(" ", "\n", "\t", "-- delete from t\n", "/* drop table t */").ListOf().ToArbitrary(),
            Gen.Elements("select 1", "insert into t values (1)", "with t as (select 1) delete from u", "show tables").ToArbitrary(),
            (before, statement) => Assert.Equal(Rules.IsRead(statement), Rules.IsRead(string.Concat(before) + statement)))
        .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("GET", true)]
    [InlineData("get", true)]
    [InlineData("POST", false)]
    public void IsReadMethod_Method_IsOneOfThoseNamed(string method, bool expected) => Assert.Equal(expected, Rules.IsReadMethod(method));
}
