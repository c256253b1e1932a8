using ControlPlane.Core.Instances;
using ControlPlane.Core.Profiles;
using ControlPlane.Infra.Tests.Contracts;

namespace ControlPlane.Infra.Tests.LocalProcess;

public sealed class LocalProcessContractTests : InstanceProviderContract
{
    private readonly Engines _engines = new();

    protected override IInstanceProvider Provider => _engines.Provider;

    protected override string Slot => "slot-1";

    protected override EngineProfile Profile(params string[] command) => Engines.Profile(command);

    public override ValueTask DisposeAsync() => _engines.DisposeAsync();
}
