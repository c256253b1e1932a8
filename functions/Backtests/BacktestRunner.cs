using ControlPlane.Core.Problems;

namespace ControlPlane.Functions.Backtests;

/// <summary>
/// Lets one backtest at a time run in this process, away from the request's thread and for a bounded time: routing goes
/// first. It ends when its client goes.
/// </summary>
internal sealed class BacktestRunner(TimeProvider time) : IDisposable
{
    /// <summary>How long one may take.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly SemaphoreSlim _one = new(1, 1);

    public async Task<Result<T>> RunAsync<T>(Func<CancellationToken, Task<Result<T>>> work, CancellationToken client)
        where T : notnull
    {
        if (!_one.Wait(0, CancellationToken.None))
            return new Problem(ProblemCodes.BacktestBusy, "Another backtest runs. One at a time is played; try again when it is over.") { RetryAfter = Deadline };
        try
        {
            using var deadline = new CancellationTokenSource(Deadline, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(client, deadline.Token);
            try
            {
                return await Task.Run(() => work(either.Token), either.Token);
            }
            catch (OperationCanceledException) when (deadline.IsCancellationRequested && !client.IsCancellationRequested)
            {
                return TooLong($"It took more than {Deadline.TotalSeconds} s.");
            }
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Says what to make smaller.</summary>
    public static Problem TooLong(string why) =>
        new(ProblemCodes.BacktestTooLong, $"{why} Give a shorter span or fewer jobs, or play it in longer steps with stepSeconds.");

    public void Dispose() => _one.Dispose();
}
