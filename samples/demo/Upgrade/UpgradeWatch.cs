using System.Diagnostics;

namespace Demo.Upgrade;

/// <summary>Looks at everything several times a second and shows it.</summary>
internal sealed class UpgradeWatch(Shop shop, UpgradeApi api, Writers writers, UpgradeScreen screen)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan RateWindow = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Queue<(TimeSpan At, int Acknowledged)> _lately = new();

    /// <summary>Looks for a time.</summary>
    public Task<UpgradeSeen?> LookAsync(string act, string? upgrade, TimeSpan length, CancellationToken stop)
    {
        var until = _clock.Elapsed + length;
        return RepeatAsync(act, upgrade, _ => _clock.Elapsed > until, stop);
    }

    /// <summary>Looks until the upgrade is where it is wanted.</summary>
    /// <exception cref="InvalidOperationException">It was not there in time.</exception>
    public async Task<UpgradeSeen> LookAsync(string act, string upgrade, Func<UpgradeSeen, bool> isThere, CancellationToken stop) =>
        (await RepeatAsync(act, upgrade, seen => isThere(seen!), stop))!;

    /// <summary>Leaves what is shown as it is; what comes next stands below.</summary>
    public void Leave() => screen.Leave();

    private async Task<UpgradeSeen?> RepeatAsync(string act, string? upgrade, Func<UpgradeSeen?, bool> isEnough, CancellationToken stop)
    {
        while (true)
        {
            var seen = upgrade is null ? null : await api.ReadAsync(upgrade, stop);
            screen.Show(_clock.Elapsed, await TellAsync(act, seen, stop));
            if (isEnough(seen))
                return seen;
            if (_clock.Elapsed > Deadline)
                throw new InvalidOperationException($"It takes longer than {Deadline.TotalMinutes:0} min, and is at {seen?.Last?.Name}: {seen?.Last?.Note}");
            await Task.Delay(Pause, TimeProvider.System, stop);
        }
    }

    private async Task<UpgradeStory> TellAsync(string act, UpgradeSeen? seen, CancellationToken stop)
    {
        // While the preflight looks who is connected, nobody else may look.
        var mayCount = seen is null || seen.Find("BackUp") is not null;
        var acknowledged = writers.Acknowledged.Count;
        var inDatabase = mayCount ? await shop.CountAsync(seen?.LiveDatabase ?? shop.Database, stop) : (long?)null;
        return new UpgradeStory(act, seen, PerSecond(acknowledged), acknowledged, inDatabase, writers.Waiting, writers.Failures.Count);
    }

    private double PerSecond(int acknowledged)
    {
        var now = _clock.Elapsed;
        while (_lately.Count > 1 && now - _lately.Peek().At > RateWindow)
            _lately.Dequeue();
        _lately.Enqueue((now, acknowledged));
        var (since, before) = _lately.Peek();
        return now > since ? (acknowledged - before) / (now - since).TotalSeconds : 0;
    }
}
