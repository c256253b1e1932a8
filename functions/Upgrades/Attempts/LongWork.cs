using System.Collections.Concurrent;
using System.Globalization;
using ControlPlane.Core.Databases;
using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades.Attempts;

/// <summary>
/// Work that takes longer than an activity may: it goes on in this process, and each attempt at its step looks at it for a
/// while. When the process dies the work dies with it, and the next attempt begins it anew.
/// </summary>
internal sealed class LongWork(TimeProvider time)
{
    private static readonly TimeSpan LookFor = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, Running> _running = new(StringComparer.Ordinal);

    /// <summary>Begins the work unless it goes on, waits for it for a moment, and says how far it has got.</summary>
    public async Task<StepResult> LookAsync(
        Scene scene, Func<IProgress<CopyProgress>, CancellationToken, Task<StepResult>> work, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var key = KeyOf(scene.Upgrade);
        var running = _running.GetOrAdd(key, _ => new Running(work));
        await Task.WhenAny(running.Task, Task.Delay(LookFor, time, cancellation));
        if (!running.Task.IsCompleted)
            return StepResult.Waiting(running.Describe(), TimeSpan.Zero);
        // Whoever has taken it out to stop it disposes of it as well.
        if (!_running.TryRemove(key, out _))
            return StepResult.Failed("it was stopped");
        using (running)
            return await running.Task;
    }

    /// <summary>Lets the work of the step go on with nobody looking at it any more.</summary>
    public void Leave(Scene scene) => _running.TryRemove(KeyOf(scene.Upgrade), out _);

    /// <summary>The upgrades that there is work of, which a next attempt must look at.</summary>
    public IReadOnlyCollection<string> Upgrades => [.. _running.Keys.Select(key => key[..key.LastIndexOf('/')]).Distinct(StringComparer.Ordinal)];

    /// <summary>Whether there is work of an upgrade that a next attempt must look at.</summary>
    public bool IsUnderWay(string upgrade) => KeysOf(upgrade).Any();

    /// <summary>Ends the work of all steps of an upgrade but one, and waits until it has ended.</summary>
    public async Task StopAsync(string upgrade, UpgradeStep? except = null)
    {
        foreach (var key in KeysOf(upgrade).Where(key => key != $"{upgrade}/{except}"))
        {
            if (!_running.TryRemove(key, out var running))
                continue;
            using (running)
                await running.StopAsync();
        }
    }

    private static string KeyOf(Upgrade upgrade) => $"{upgrade.Name}/{upgrade.Current!.Step}";

    private IEnumerable<string> KeysOf(string upgrade) => _running.Keys.Where(key => key.StartsWith($"{upgrade}/", StringComparison.Ordinal));

    private sealed class Running : IDisposable, IProgress<CopyProgress>
    {
        private readonly CancellationTokenSource _stop = new();
        private CopyProgress? _progress;

        public Running(Func<IProgress<CopyProgress>, CancellationToken, Task<StepResult>> work) => Task = System.Threading.Tasks.Task.Run(() => work(this, _stop.Token));

        public Task<StepResult> Task { get; }

        public void Report(CopyProgress value) => Volatile.Write(ref _progress, value);

        public string Describe() => Volatile.Read(ref _progress) is { Total: > 0 } progress
            ? string.Create(CultureInfo.InvariantCulture, $"{100.0 * progress.Done / progress.Total:0} % of {progress.Total / 1e6:0} MB")
            : "under way";

        public async Task StopAsync()
        {
            await _stop.CancelAsync();
            await ((System.Threading.Tasks.Task)Task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        public void Dispose() => _stop.Dispose();
    }
}
