using ControlPlane.Core.Problems;
using ControlPlane.Functions.Backtests;
using ControlPlane.Functions.Tests.Site;
using ControlPlane.TestKit;

namespace ControlPlane.Functions.Tests.Api;

public sealed class BacktestRunnerTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Run_AnotherRuns_IsRefusedUntilItIsOver()
    {
        using var runner = new BacktestRunner(_time);
        var first = new TaskCompletionSource();
        var running = runner.RunAsync(_ => WaitAsync(first.Task), default);

        var second = await runner.RunAsync(_ => WaitAsync(Task.CompletedTask), default);
        first.SetResult();
        await running.SoonAsync("the end of the first backtest");
        var third = await runner.RunAsync(_ => WaitAsync(Task.CompletedTask), default);

        Assert.Equal((ProblemCodes.BacktestBusy, BacktestRunner.Deadline), (second.Problem!.Code, second.Problem.RetryAfter));
        Assert.Equal("done", third.Value);
    }

    [Fact]
    public async Task Run_TakesTooLong_IsEndedAndSaysWhatToDo()
    {
        using var runner = new BacktestRunner(_time);
        var running = runner.RunAsync(ForEverAsync, default);

        _time.Advance(BacktestRunner.Deadline);
        var result = await running.SoonAsync("the deadline of the backtest");

        Assert.Equal(ProblemCodes.BacktestTooLong, result.Problem!.Code);
        Assert.Contains("stepSeconds", result.Problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ClientGoes_EndsAndMakesRoom()
    {
        using var runner = new BacktestRunner(_time);
        using var client = new CancellationTokenSource();
        var running = runner.RunAsync(ForEverAsync, client.Token);

        await client.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running).SoonAsync("the end of the backtest whose client has gone");
        Assert.Equal("done", (await runner.RunAsync(_ => WaitAsync(Task.CompletedTask), default)).Value);
    }

    private static async Task<Result<string>> WaitAsync(Task until)
    {
        await until;
        return "done";
    }

    private static async Task<Result<string>> ForEverAsync(CancellationToken cancellation)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
        return "never";
    }
}
