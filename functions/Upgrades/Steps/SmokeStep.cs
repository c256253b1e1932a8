using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades.Steps;

/// <summary>Sends each instance of the new side the plan's requests, before it serves anybody.</summary>
internal sealed class SmokeStep(SmokeTest test, Fleet fleet) : IUpgradeStep
{
    public UpgradeStep Step => UpgradeStep.Smoke;

    public async Task<StepResult> RunAsync(Scene scene, CancellationToken cancellation)
    {
        var instances = await fleet.ListAsync(scene, scene.To, cancellation);
        var findings = new List<Finding> { Findings.Number("requests", instances.Count * scene.Terms.Smoke.Count) };
        foreach (var instance in instances)
        {
            foreach (var check in scene.Terms.Smoke)
            {
                if (await test.RunAsync(instance.Handle!.Url, check, cancellation) is { } fault)
                    return StepResult.Refused($"{instance.Name} {check.Path}: {fault}", findings);
            }
        }

        return StepResult.Done(findings);
    }
}
