using ControlPlane.FunctionsHost.Configuration;
using Newtonsoft.Json.Linq;

namespace ControlPlane.FunctionsHost.Timers;

/// <summary>Calls timer functions on their schedules. Calls of one function never overlap. Source: functions-custom-handler, section 6.2.</summary>
internal sealed class TimerFunctions(HostConfiguration host, Func<Function, JObject, JObject, CancellationToken, Task> invoke, TimeProvider time)
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:sszzz";

    private static readonly TimeSpan ShortestMonitored = TimeSpan.FromMinutes(1);

    /// <summary>Runs until cancelled. A call that fails is followed by the next as if nothing had been.</summary>
    public Task RunAsync(CancellationToken cancellation) =>
        Task.WhenAll(host.Triggered(BindingTypes.TimerTrigger).Select(function => RunAsync(function, cancellation)));

    /// <summary>Calls a function now.</summary>
    public async Task FireAsync(Function function, CancellationToken cancellation)
    {
        var schedule = CronSchedule.Parse(function.Trigger.Text("schedule"))!;
        var data = new JObject { [function.Trigger.Name] = TimerInfo(function.Trigger, schedule) };
        await invoke(function, data, [], cancellation);
    }

    private async Task RunAsync(Function function, CancellationToken cancellation)
    {
        var schedule = CronSchedule.Parse(function.Trigger.Text("schedule"))!;
        try
        {
            if (function.Trigger.IsOn("runOnStartup"))
                await FireQuietlyAsync(function, cancellation);
            while (true)
            {
                await Task.Delay(schedule.After(time.GetUtcNow()) - time.GetUtcNow(), time, cancellation);
                await FireQuietlyAsync(function, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task FireQuietlyAsync(Function function, CancellationToken cancellation)
    {
        try
        {
            await FireAsync(function, cancellation);
        }
        catch (Exception failure) when (failure is Invocation.FunctionInvocationException or Invocation.FunctionTimeoutException or TimeoutException)
        {
            // The next call comes in its time.
        }
    }

    private JObject TimerInfo(Binding trigger, CronSchedule schedule)
    {
        var now = time.GetUtcNow();
        var next = schedule.After(now);
        var isMonitored = trigger.IsOn("useMonitor", otherwise: true) && schedule.After(next) - next >= ShortestMonitored;
        return new JObject
        {
            ["Schedule"] = new JObject { ["AdjustForDST"] = true },
            ["ScheduleStatus"] = isMonitored
                ? new JObject { ["Last"] = Text(now), ["Next"] = Text(next), ["LastUpdated"] = Text(now) }
                : JValue.CreateNull(),
            ["IsPastDue"] = false,
        };
    }

    private static string Text(DateTimeOffset at) => at.ToString(Format, System.Globalization.CultureInfo.InvariantCulture);
}
