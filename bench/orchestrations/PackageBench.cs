namespace ControlPlane.Bench.Orchestrations;

/// <summary>How soon the package answers and what it takes when idle, beside the least that an ASP.NET Core app can be.</summary>
internal sealed class PackageBench(string product, string empty, string storage, string dataFolder)
{
    private const int Looks = 5;
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    /// <summary>From exec to the first answer: medians, the one taking turns with the other so that both meet the same machine.</summary>
    public async Task<Pair<Start>> StartAsync(int rounds)
    {
        // The first start of each reads its files from the disk and is not counted.
        await TimeAsync(product);
        await TimeAsync(empty);
        var times = new Pair<List<Start>>([], []);
        for (var round = 0; round < rounds; round++)
        {
            times.Product.Add(await TimeAsync(product));
            times.Empty.Add(await TimeAsync(empty));
        }

        return new(MedianOf(times.Product), MedianOf(times.Empty));
    }

    /// <summary>Resident bytes once both have been left alone for some seconds: medians of a few looks.</summary>
    public async Task<Pair<long>> IdleAsync()
    {
        await using var one = await Handler.StartAsync(product, storage, dataFolder);
        await using var other = await Handler.StartAsync(empty, storage, dataFolder);
        await Task.Delay(SettleTime, TimeProvider.System);
        var bytes = new Pair<List<long>>([], []);
        for (var look = 0; look < Looks; look++)
        {
            bytes.Product.Add(one.ResidentBytes);
            bytes.Empty.Add(other.ResidentBytes);
            await Task.Delay(LookInterval, TimeProvider.System);
        }

        return new(Median.Of(bytes.Product), Median.Of(bytes.Empty));
    }

    private async Task<Start> TimeAsync(string executable)
    {
        await using var handler = await Handler.StartAsync(executable, storage, dataFolder);
        return new(handler.FirstAnswer, handler.ProcessorTime);
    }

    private static Start MedianOf(List<Start> starts) =>
        new(Median.Of(starts.Select(start => start.Answer)), Median.Of(starts.Select(start => start.Processor)));

    /// <summary>One start: when it had answered, and the processor time that it had taken by then.</summary>
    internal sealed record Start(TimeSpan Answer, TimeSpan Processor);

    /// <summary>The same of both.</summary>
    internal sealed record Pair<T>(T Product, T Empty);
}
