namespace ControlPlane.Infra.Tests.Ssh;

/// <summary>A test of what only root may do, such as becoming another user. For others it is skipped and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute()
    {
        Skip = Environment.IsPrivilegedProcess ? null : "only root may do this";
    }
}
