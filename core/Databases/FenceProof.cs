namespace ControlPlane.Core.Databases;

/// <summary>What came of trying to write past a fence.</summary>
public sealed record FenceProof
{
    /// <summary>Each try.</summary>
    public IReadOnlyList<FenceTry> Tries { get; init; } = [];

    /// <summary>Sessions that could still write, by account; a database with any is not fenced.</summary>
    public IReadOnlyList<string> Sessions { get; init; } = [];

    /// <summary>Whether every try was refused by the fence itself, there was at least one, and no session is left.</summary>
    public bool IsFenced => Tries.Count > 0 && Sessions.Count == 0 && Tries.All(one => one.Outcome == FenceOutcome.Refused);
}

/// <summary>One try.</summary>
/// <param name="What">What was tried, in words.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="Answer">What the server said; empty when it let it pass.</param>
public sealed record FenceTry(string What, FenceOutcome Outcome, string Answer = "");

/// <summary>What came of one try.</summary>
public enum FenceOutcome
{
    /// <summary>The fence refused it.</summary>
    Refused,

    /// <summary>It was possible to write.</summary>
    Written,

    /// <summary>It failed for another reason, such as a server that does not answer: that proves nothing.</summary>
    Unclear,
}
