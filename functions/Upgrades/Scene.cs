using ControlPlane.Core.Databases;
using ControlPlane.Core.Groups;
using ControlPlane.Core.Upgrades;
using ControlPlane.Functions.Databases;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Upgrades;

/// <summary>What a step acts on, read anew for each attempt, and what it wants to have remembered.</summary>
internal sealed class Scene(Upgrade upgrade, Monitor monitor, DatabaseServers servers)
{
    private Func<Upgrade, Upgrade> _note = static upgrade => upgrade;

    public Upgrade Upgrade { get; } = upgrade;

    public Monitor Monitor { get; } = monitor;

    public UpgradeTerms Terms => Upgrade.Terms;

    /// <summary>The side that served when the upgrade began.</summary>
    public Side From => Upgrade.From ?? throw new InvalidOperationException($"{Upgrade.Name} has not taken its lease.");

    /// <summary>The side that it makes.</summary>
    public Side To => Upgrade.To ?? throw new InvalidOperationException($"{Upgrade.Name} has not taken its lease.");

    public bool HasDatabase => Monitor.Database is not null;

    public DatabaseUse Use => Monitor.Database ?? throw new InvalidOperationException($"The group {Monitor.Tag} has no database.");

    public IDatabaseServer Server => servers.Find(Use.Server) ?? throw new DatabaseFailedException(servers.Missing(Use.Server));

    public string FromDatabase => From.Database ?? Use.Name;

    public string ToDatabase => To.Database ?? FromDatabase;

    /// <summary>Whether the new side has a database of its own.</summary>
    public bool IsCopied => Upgrade.IsCopied;

    /// <summary>Remembers something with the outcome of the step.</summary>
    public void Note(Func<Upgrade, Upgrade> change)
    {
        var before = _note;
        _note = upgrade => change(before(upgrade));
    }

    public void Measure(Func<UpgradeMeasures, UpgradeMeasures> change) => Note(upgrade => upgrade with { Measures = change(upgrade.Measures) });

    /// <summary>The row with all that was noted.</summary>
    public Upgrade Apply(Upgrade upgrade) => _note(upgrade);
}
