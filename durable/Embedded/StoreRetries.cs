using Microsoft.Extensions.Logging;

namespace ControlPlane.Durable.Embedded;

/// <summary>Calls the store until it answers: work is delayed by a broken store, never lost.</summary>
/// <param name="time">The clock.</param>
/// <param name="logger">Where each failure is told.</param>
/// <param name="onFailure">Called after each failure: what the store did is then unknown.</param>
internal sealed partial class StoreRetries(TimeProvider time, ILogger logger, Action onFailure)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <exception cref="OperationCanceledException">It was told to give up.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken giveUp)
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            giveUp.ThrowIfCancellationRequested();
            try
            {
                return await call(giveUp);
            }
            catch (Exception exception) when (!giveUp.IsCancellationRequested)
            {
                LogStoreFailed(logger, pause, exception);
                onFailure();
            }

            await Task.Delay(pause, time, giveUp);
        }
    }

    /// <inheritdoc cref="RunAsync{T}"/>
    public Task RunAsync(Func<CancellationToken, Task> call, CancellationToken giveUp) => RunAsync(
        async cancellation =>
        {
            await call(cancellation);
            return true;
        },
        giveUp);
}
