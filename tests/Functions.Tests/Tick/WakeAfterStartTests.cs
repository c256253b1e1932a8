using System.Text.Json;
using ControlPlane.Functions.Tests.Alerts;
using ControlPlane.Functions.Tests.Site;

namespace ControlPlane.Functions.Tests.Tick;

public sealed class WakeAfterStartTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("controlplane-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>The group's watch sleeps for an hour when the process ends.</summary>
    [Fact]
    public async Task Start_GroupSleeps_IsLookedAtAtOnce()
    {
        await using (var before = await TestHost.StartOnAsync(_folder.FullName))
            await AlertGroup.AddAsync(before, "g");

        await using var after = await TestHost.StartOnAsync(_folder.FullName);

        await Soon.TrueAsync(
            async () => (await after.GetJsonAsync("/v1/groups/g")).TryGetProperty("lastLook", out var look) && look.ValueKind == JsonValueKind.Object,
            "a look at the group after the start");
    }
}
