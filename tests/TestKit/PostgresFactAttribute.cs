using Xunit;

namespace ControlPlane.TestKit;

/// <summary>A test that needs a real PostgreSQL. Where that is missing, it is skipped and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = Postgres.Missing;
}

/// <summary>The same for a theory.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresTheoryAttribute : TheoryAttribute
{
    public PostgresTheoryAttribute() => Skip = Postgres.Missing;
}
