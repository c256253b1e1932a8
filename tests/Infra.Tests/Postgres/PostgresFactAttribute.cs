namespace ControlPlane.Infra.Tests.Postgres;

/// <summary>A test that needs PostgreSQL itself. Where that is missing, it is skipped and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute()
    {
        Skip = PostgresLab.Missing();
    }
}
