using ControlPlane.FunctionsHost.Durable;

namespace ControlPlane.FunctionsHost.RealHandler.Upgrades;

/// <summary>Kills the handler in the middle of two attempts at an upgrade's steps: the host gives up at the third error within half an hour.</summary>
internal sealed class KillsOfAttempts : IDeliveryFate
{
    private const int LeastAttempts = 12, Attempts = 30;

    private readonly SeededFate _fate;
    private readonly HashSet<int> _killed;
    private int _attempts;

    public KillsOfAttempts(int seed)
    {
        _fate = new SeededFate(seed) { LongestKillDelay = TimeSpan.FromMilliseconds(300) };
        _killed = [1 + _fate.Pick(LeastAttempts), 1 + _fate.Pick(Attempts)];
    }

    public TurnFate NextTurn(string instanceId, string orchestrator) => TurnFate.Deliver;

    public ActivityFate NextActivity(string instanceId, string activity) =>
        activity == "AdvanceUpgrade" && _killed.Contains(Interlocked.Increment(ref _attempts)) ? ActivityFate.KillHandler : ActivityFate.Deliver;

    public bool Reorders(string instanceId) => false;

    public TimeSpan KillDelay() => _fate.KillDelay();

    public int Pick(int below) => _fate.Pick(below);
}
