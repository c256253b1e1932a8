using ControlPlane.Core.Instances;
using ControlPlane.Core.Profiles;
using ControlPlane.Infra.Tests.Contracts;

namespace ControlPlane.Infra.Tests.Ssh;

public sealed class SshContractTests : InstanceProviderContract
{
    private readonly SshLab _lab = new();

    protected override IInstanceProvider Provider => _lab.Provider;

    protected override string Slot => "machine-1";

    protected override EngineProfile Profile(params string[] command) => SshLab.Profile(command);

    public override ValueTask DisposeAsync() => _lab.DisposeAsync();
}
