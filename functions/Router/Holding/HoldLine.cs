using ControlPlane.Core.Problems;

namespace ControlPlane.Functions.Router.Holding;

/// <summary>
/// The requests that are held while their groups switch from one side to the other: bounded in number, bytes and time.
/// When a gate opens they go on in the order of their coming, to whichever side serves then.
/// </summary>
internal sealed class HoldLine
{
    private readonly Dispatcher _dispatcher;
    private readonly RouterOptions _options;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly LinkedList<HeldRequest> _line = [];
    private readonly HoldTally _tally = new();
    private long _bytes;

    public HoldLine(Dispatcher dispatcher, RouterOptions options, TimeProvider time)
    {
        (_dispatcher, _options, _time) = (dispatcher, options, time);
        dispatcher.TableChanged += Use;
        Use();
    }

    /// <summary>What a group has held here since its gate closed last.</summary>
    public HoldCount Measure(string tag)
    {
        lock (_gate)
        {
            var oldest = _line.FirstOrDefault(held => held.Groups.Contains(tag));
            var count = _tally.Of(tag);
            return oldest is not null && _time.GetElapsedTime(oldest.Since) is var longest && longest > count.Longest
                ? count with { Longest = longest }
                : count;
        }
    }

    /// <summary>Holds a request until its gates are open.</summary>
    /// <param name="request">What a place is wanted for.</param>
    /// <param name="bytes">How much of it stands in memory meanwhile.</param>
    /// <param name="goOn">Called once they are open, in the order of coming; must not block.</param>
    /// <param name="aborted">The client's own token.</param>
    /// <returns>What <paramref name="goOn"/> gives, or why the request may not wait, or not any longer.</returns>
    /// <exception cref="OperationCanceledException">The client went.</exception>
    public async Task<Result<Place>> WaitAsync(PlaceRequest request, long bytes, Func<ValueTask<Result<Place>>> goOn, CancellationToken aborted)
    {
        var groups = _dispatcher.Table.Resolve(request.Tags).Changing.Where(group => Candidates.IsHeldBy(group, request.Kind)).ToList();
        if (groups.Count == 0)
            return await goOn();
        var held = new HeldRequest(request, goOn, [.. groups.Select(group => group.Tag)], bytes, _time.GetTimestamp());
        if (!TryEnter(held, out var node))
            return Full(held.Groups[0]);

        // The gate may have opened between the look and the entry.
        held.TryGoOn(_dispatcher.Table);

        var holdTime = groups.Min(group => group.HoldTime);
        using var deadline = new CancellationTokenSource(holdTime, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, aborted);
        using var registration = either.Token.UnsafeRegister(static state => ((HeldRequest)state!).GiveUp(), held);
        var onItsWay = await held.End;
        Leave(node, isRefused: onItsWay is null && !aborted.IsCancellationRequested);
        if (onItsWay is not null)
            return await onItsWay;

        aborted.ThrowIfCancellationRequested();
        return Overdue(held.Groups[0], holdTime);
    }

    private void Use()
    {
        lock (_gate)
        {
            _tally.Use(_dispatcher.Table.Groups);
            foreach (var held in _line)
                held.TryGoOn(_dispatcher.Table);
        }
    }

    private bool TryEnter(HeldRequest held, out LinkedListNode<HeldRequest> node)
    {
        lock (_gate)
        {
            node = new LinkedListNode<HeldRequest>(held);
            if (_line.Count >= _options.HoldLimit || _bytes + held.Bytes > _options.HoldBytes)
            {
                _tally.Refuse(held.Groups);
                return false;
            }

            _line.AddLast(node);
            _bytes += held.Bytes;
            _tally.Enter(held.Groups);
            return true;
        }
    }

    private void Leave(LinkedListNode<HeldRequest> node, bool isRefused)
    {
        lock (_gate)
        {
            _line.Remove(node);
            _bytes -= node.Value.Bytes;
            _tally.Leave(node.Value.Groups, _time.GetElapsedTime(node.Value.Since));
            if (isRefused)
                _tally.Refuse(node.Value.Groups);
        }
    }

    private Problem Full(string tag) =>
        new(ProblemCodes.HoldFull, $"{tag} is being switched, and {_options.HoldLimit} requests or {_options.HoldBytes} bytes of them are held already. The request was not sent. Try again later.")
        {
            RetryAfter = _options.RetryAfter,
        };

    private Problem Overdue(string tag, TimeSpan holdTime) =>
        new(ProblemCodes.HoldTimeout, $"{tag} is being switched, which took longer than the {holdTime.TotalSeconds:0.#} s that a request is held. The request was not sent. Try again later.")
        {
            RetryAfter = _options.RetryAfter,
        };
}
