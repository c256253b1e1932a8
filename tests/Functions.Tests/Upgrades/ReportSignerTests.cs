using ControlPlane.Core.Upgrades;
using ControlPlane.Functions.Upgrades;

namespace ControlPlane.Functions.Tests.Upgrades;

public sealed class ReportSignerTests
{
    private static readonly UpgradeReport Report = UpgradeReport.Of(new Upgrade
    {
        Name = "shop-1",
        Group = "shop",
        Monitor = "m",
        Terms = new UpgradeTerms { Mode = UpgradeMode.Rolling },
        By = "ann",
        At = DateTimeOffset.UnixEpoch,
        EndedAt = DateTimeOffset.UnixEpoch,
        Plan = [],
    });

    [Fact]
    public void Sign_SameSecret_HasTheSameKeyInEveryProcess()
    {
        var secret = Enumerable.Range(0, 32).Select(number => (byte)number).ToArray();

        Assert.Equal(new ReportSigner(secret).Sign(Report).PublicKey, new ReportSigner([.. secret]).Sign(Report).PublicKey);
        Assert.NotEqual(new ReportSigner(secret).Sign(Report).PublicKey, new ReportSigner(new byte[32]).Sign(Report).PublicKey);
    }
}
