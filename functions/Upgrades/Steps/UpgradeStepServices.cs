namespace ControlPlane.Functions.Upgrades.Steps;

/// <summary>Puts the steps together.</summary>
internal static class UpgradeStepServices
{
    public static void AddUpgradeSteps(this IServiceCollection services)
    {
        Type[] steps =
        [
            typeof(PreflightStep), typeof(BackUpStep), typeof(FollowStep), typeof(PreviewStep), typeof(PreVerifyStep), typeof(LagGateStep), typeof(ApproveStep),
            typeof(FenceStep), typeof(CopyStep), typeof(CatchUpStep), typeof(VerifyStep), typeof(StopLiveStep), typeof(MigrateStep),
            typeof(StartNewStep), typeof(SmokeStep), typeof(FlipStep), typeof(SoftOpenStep), typeof(OpenWritesStep), typeof(BakeStep),
            typeof(RollStep), typeof(FinishStep), typeof(RefenceStep), typeof(ReturnWritesStep), typeof(FlipBackStep), typeof(RestoreStep),
            typeof(StartOldStep), typeof(ReopenStep), typeof(RestartNewStep), typeof(RollBackStep), typeof(DiscardStep),
        ];
        foreach (var step in steps)
            services.AddSingleton(typeof(IUpgradeStep), step);
    }
}
