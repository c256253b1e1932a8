namespace ControlPlane.Infra.Tests.Postgres;

/// <summary>A test with data that needs PostgreSQL itself. Where that is missing, it is skipped and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PostgresTheoryAttribute : TheoryAttribute
{
    public PostgresTheoryAttribute()
    {
        Skip = PostgresLab.Missing();
    }
}
