namespace ControlPlane.Infra.Ssh;

/// <summary>
/// Instances of which nothing can be anywhere, since no machine has heard of any attempt to make them: a machine that cannot
/// be reached at all must not hold up the undoing of what was never done there. One attempt of which that is not certain
/// outweighs all others. Another process knows nothing of this one's attempts, and asks the machine.
/// </summary>
/// <param name="most">How many instances are remembered. When there are more, nothing is taken for unheard any more.</param>
internal sealed class Attempts(int most = 10_000)
{
    /// <summary>An attempt that cannot make its instance unheard, because another one may have been heard.</summary>
    private const long Tainted = 0;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Outcome> _outcomes = new(StringComparer.Ordinal);
    private long _last = Tainted;
    private bool _isFull;

    /// <summary>Notes that an attempt begins, which counts as heard until <see cref="WasUnheard"/>; gives its number.</summary>
    public long Begin(string instance)
    {
        lock (_gate)
        {
            if (_isFull)
                return Tainted;
            var isKnown = _outcomes.TryGetValue(instance, out var before);
            if (!isKnown && _outcomes.Count >= most)
            {
                // What is forgotten may have been heard, so from here on every instance may have been.
                _isFull = true;
                _outcomes.Clear();
                return Tainted;
            }

            var attempt = !isKnown || before.IsUnheard ? ++_last : Tainted;
            _outcomes[instance] = new(attempt, IsUnheard: false);
            return attempt;
        }
    }

    /// <summary>Notes that an attempt did not get so far as to be heard.</summary>
    public void WasUnheard(string instance, long attempt)
    {
        lock (_gate)
        {
            if (attempt != Tainted && _outcomes.TryGetValue(instance, out var now) && now.Attempt == attempt)
                _outcomes[instance] = new(attempt, IsUnheard: true);
        }
    }

    /// <summary>Whether an instance is unheard.</summary>
    public bool IsUnheard(string instance)
    {
        lock (_gate)
            return _outcomes.TryGetValue(instance, out var outcome) && outcome.IsUnheard;
    }

    /// <summary>Forgets an instance of which nothing is left.</summary>
    public void Forget(string instance)
    {
        lock (_gate)
            _outcomes.Remove(instance);
    }

    private readonly record struct Outcome(long Attempt, bool IsUnheard);
}
