using SqlEngine.Postgres;

namespace ControlPlane.SqlEngine.Tests.Postgres;

public sealed class SleepCallTests
{
    [Theory]
    [InlineData("select 1")]
    [InlineData("select 'sleep(1)', \"sleep\"(1), sleeps(1), pg_sleep(1), x.sleep(1) -- sleep(1)")]
    [InlineData("select sleep")]
    [InlineData("select sleep(1")]
    public void Rewrite_NoCall_StaysAsItIs(string sql) => Assert.Equal(sql, SleepCall.Rewrite(sql));

    [Fact]
    public void Rewrite_Calls_AreEachReplaced()
    {
        const string of20 = "(select sleep from (select (20)::bigint as sleep) as given, pg_sleep(given.sleep / 1000.0))";
        const string ofBoth = $"(select sleep from (select (a + {of20})::bigint as sleep) as given, pg_sleep(given.sleep / 1000.0))";

        Assert.Equal($"select {of20}, ({of20})", SleepCall.Rewrite("select sleep(20), (SLEEP (20))"));
        Assert.Equal($"select {ofBoth} from t", SleepCall.Rewrite("select sleep(a + sleep(20)) from t"));
    }
}
