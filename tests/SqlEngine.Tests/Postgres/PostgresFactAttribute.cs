namespace ControlPlane.SqlEngine.Tests.Postgres;

/// <summary>A test that needs a real PostgreSQL. Where that is missing, it is skipped and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = TestKit.Postgres.Missing;
}
