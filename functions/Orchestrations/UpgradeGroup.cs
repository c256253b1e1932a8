using ControlPlane.Durable.Model;

namespace ControlPlane.Functions.Orchestrations;

/// <summary>
/// Carries one upgrade from step to step until it is over. Where it stands is in its own row, and each step is stored as
/// begun before it is; so this may die anywhere, be terminated, and be started anew: it goes on from the row.
/// </summary>
internal static class UpgradeGroup
{
    /// <summary>Attempts before the history is emptied. Each turn carries all of it to where it runs.</summary>
    internal const int AttemptsPerGeneration = 50;

    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    public static async Task<UpgradeTurn> RunAsync(OrchestrationContext context, UpgradeInput input)
    {
        for (var attempt = 1; ; attempt++)
        {
            var turn = await context.CallActivity<UpgradeTurn>(Names.AdvanceUpgrade, input, RetireInstance.Persistent);
            if (turn.IsOver)
                return turn;
            if (turn.Pause > Shortest)
                await context.WaitForEvent<bool>(Names.WakeEvent, turn.Pause);
            if (attempt < AttemptsPerGeneration)
                continue;

            context.ContinueAsNew(input, keepEvents: true);
            return turn;
        }
    }
}
