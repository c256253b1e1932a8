using ControlPlane.FunctionsHost.Durable;

namespace ControlPlane.FunctionsHost.RealHandler;

/// <summary>Kills the handler a few times and then leaves it alone: the host gives up at the third error within half an hour.</summary>
internal sealed class BoundedKills(int seed, bool inTurns, int most) : IDeliveryFate
{
    private readonly SeededFate _fate = new(seed) { KilledTurns = inTurns ? 20 : 0, KilledActivities = inTurns ? 0 : 20 };
    private int _left = most;

    public TurnFate NextTurn(string instanceId, string orchestrator) =>
        _fate.NextTurn(instanceId, orchestrator) == TurnFate.KillHandler && Interlocked.Decrement(ref _left) >= 0 ? TurnFate.KillHandler : TurnFate.Deliver;

    public ActivityFate NextActivity(string instanceId, string activity) =>
        _fate.NextActivity(instanceId, activity) == ActivityFate.KillHandler && Interlocked.Decrement(ref _left) >= 0 ? ActivityFate.KillHandler : ActivityFate.Deliver;

    public bool Reorders(string instanceId) => false;

    public TimeSpan KillDelay() => _fate.KillDelay();

    public int Pick(int below) => _fate.Pick(below);
}
