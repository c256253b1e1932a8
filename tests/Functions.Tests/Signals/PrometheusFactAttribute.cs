namespace ControlPlane.Functions.Tests.Signals;

/// <summary>A test that needs the real program; where it is not installed, the test says so and is skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PrometheusFactAttribute : FactAttribute
{
    public PrometheusFactAttribute()
    {
        if (RealPrometheus.Find() is null)
            Skip = "prometheus is not on the PATH. Debian has it: apt-get install prometheus";
    }
}
