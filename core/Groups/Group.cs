namespace ControlPlane.Core.Groups;

/// <summary>
/// What a group serves from: application, database and traffic in one row, so that one compare-and-swap changes all
/// three. A group that was never upgraded has none, and stands at <see cref="First"/>.
/// </summary>
public sealed record Group
{
    /// <summary>The epoch of a group that was never switched.</summary>
    public const long FirstEpoch = 1;

    /// <summary>How long a held request waits unless an upgrade says otherwise.</summary>
    public static readonly TimeSpan DefaultHoldTime = TimeSpan.FromSeconds(30);

    /// <summary>The registry's number for it.</summary>
    public int Id { get; init; }

    /// <summary>The tag, which is the group's name.</summary>
    public required string Tag { get; init; }

    /// <summary>Rises with every switch from one side to the other, whichever way.</summary>
    public long Epoch { get; init => field = value == 0 ? FirstEpoch : value; } = FirstEpoch;

    /// <summary>The highest epoch that was ever given out, to an upgrade that came to nothing too: none is used twice.</summary>
    public long Issued { get; init => field = value == 0 ? FirstEpoch : value; } = FirstEpoch;

    /// <summary>The side that serves.</summary>
    public Colour Live { get; init; }

    /// <summary>The blue side.</summary>
    public Side? Blue { get; init; }

    /// <summary>The green side.</summary>
    public Side? Green { get; init; }

    /// <summary>What routers do with requests now.</summary>
    public Gate Gate { get; init; }

    /// <summary>How long a request is held before it is answered 503, 1 s to 1 h; default 30 s.</summary>
    public TimeSpan HoldTime { get; init => field = value == default ? DefaultHoldTime : value; } = DefaultHoldTime;

    /// <summary>The upgrade that changes this group now: its lease, since a group has one row; null when none does.</summary>
    public string? Upgrade { get; init; }

    /// <summary>The step of that upgrade in which it last changed this row; see <see cref="Upgrades.Upgrade.StepNumber"/>.</summary>
    public int UpgradeStepNumber { get; init; }

    /// <summary>Whether an engine of the group changes its schema now. Then nothing restarts, replaces or stops any of its instances.</summary>
    public bool IsMigrating { get; init; }

    /// <summary>The group of a tag that was never upgraded.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="database">The database of its monitor; null when it has none.</param>
    public static Group First(string tag, string? database = null) =>
        new() { Tag = tag, Blue = new Side { Epoch = FirstEpoch, Database = database } };

    /// <summary>A side; null for one that has never been made.</summary>
    public Side? SideOf(Colour colour) => colour == Colour.Blue ? Blue : Green;

    /// <summary>The side that serves.</summary>
    public Side LiveSide => SideOf(Live) ?? new Side { Epoch = FirstEpoch };

    /// <summary>The other side; null when it has never been made.</summary>
    public Side? IdleSide => SideOf(Live.Other());

    /// <summary>The same with another side of a colour.</summary>
    public Group With(Colour colour, Side? side) => colour == Colour.Blue ? this with { Blue = side } : this with { Green = side };

    /// <summary>Whether instances made for an epoch serve now.</summary>
    public bool Serves(long epoch) => epoch == LiveSide.Epoch;

    /// <summary>The same after a switch to the other side: application, database and traffic at once, and a higher epoch.</summary>
    /// <param name="epoch">The epoch from now on; higher than the one before.</param>
    /// <exception cref="InvalidOperationException">There is no other side, or the epoch does not rise.</exception>
    public Group Flip(long epoch) =>
        IdleSide is not null && epoch > Epoch
            ? this with { Live = Live.Other(), Epoch = epoch, Issued = Math.Max(epoch, Issued) }
            : throw new InvalidOperationException($"Group {Tag} cannot switch from epoch {Epoch} to {epoch}.");
}
