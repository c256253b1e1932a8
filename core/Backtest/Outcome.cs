namespace ControlPlane.Core.Backtest;

/// <summary>What came of one contender on one workload.</summary>
public sealed class Outcome(string contender, int steps)
{
    /// <summary>Who played.</summary>
    public string Contender { get; } = contender;

    /// <summary>Serving instances in each step.</summary>
    public int[] Ready { get; } = new int[steps];

    /// <summary>Instances that are paid for in each step, from order to end.</summary>
    public int[] Paid { get; } = new int[steps];

    /// <summary>Instance-steps paid, from order to end.</summary>
    public long BilledSteps { get; internal set; }

    /// <summary>Of these, the ones in which an instance booted.</summary>
    public long BootingSteps { get; internal set; }

    /// <summary>Of these, the ones in which an instance drained or was taken down.</summary>
    public long LeavingSteps { get; internal set; }

    /// <summary>Jobs that started later than the SLO allows, or never.</summary>
    public int Late { get; internal set; }

    /// <summary>Jobs that had not started when the play ended; they count as late.</summary>
    public int NeverStarted { get; internal set; }

    /// <summary>Steps that the job waited that waited longest, to its first start or to the end.</summary>
    public int LongestWait { get; internal set; }

    /// <summary>Looks that changed the group.</summary>
    public int Actions { get; internal set; }

    /// <summary>Jobs that were cut off; each is started again from its beginning.</summary>
    public int Killed { get; internal set; }
}
