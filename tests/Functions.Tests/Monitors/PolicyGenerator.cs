using ControlPlane.Core.Monitors;
using FsCheck;
using FsCheck.Fluent;

namespace ControlPlane.Functions.Tests.Monitors;

/// <summary>Any policy that a user may write, each member given or left out.</summary>
internal static class PolicyGenerator
{
    private static readonly string[] Zones = ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+5"];
    private static readonly string[] Crons = ["0 8 * * *", "*/20 0-6 1,15 jan-mar mon", "59 23 31 12 7"];
    private static readonly string[] Urls = ["http://127.0.0.1:9090", "https://prometheus.example/a/b", "http://[::1]:1/"];
    private static readonly string[] Labels = ["alertname", "华东", "a b", "\"quoted\""];

    private static readonly Gen<SignalSpec> Signal =
        from kind in Gen.Elements("JobsPerInstance", "QueueWait", "Cpu", "Memory", "PromQl", "HttpJson")
        from target in Gen.Choose(1, 900).Select(value => value / 1000.0)
        from high in Maybe(Gen.Choose(0, 100).Select(value => target + (value / 1000.0)))
        from low in Maybe(Gen.Choose(0, 499).Select(value => target * value / 1000.0))
        from stale in Seconds(1, 3600)
        from url in Gen.Elements(Urls)
        from query in kind == "PromQl" ? Gen.Elements("sum(rate(x{a=\"b\"}[5m])) > 0", "up") : Gen.Elements("", "/a/0/b~0c~1d", "/")
        let isOutside = kind is "PromQl" or "HttpJson"
        select new SignalSpec
        {
            Name = "signal",
            Kind = kind,
            Target = target,
            High = high,
            Low = low,
            StaleAfterSeconds = stale,
            Url = isOutside ? url : null,
            Query = isOutside ? query : null,
        };

    private static readonly Gen<ScheduleSpec> Schedule =
        from cron in Gen.Elements(Crons)
        from zone in Gen.Elements([null, .. Zones])
        from duration in Gen.Choose(60_000, 604_800_000)
        from min in Maybe(Gen.Choose(0, 10))
        from more in Gen.Choose(0, 990)
        from hasMax in Gen.Elements(true, false)
        select new ScheduleSpec
        {
            Name = "schedule",
            Cron = cron,
            TimeZone = zone,
            DurationSeconds = duration / 1000.0,
            MinInstances = min,
            MaxInstances = hasMax || min is null ? (min ?? 0) + more : null,
        };

    private static readonly Gen<BlockerSpec> Blocker =
        from kind in Gen.Elements(null, "PromQl", "HttpJson")
        from url in Gen.Elements(Urls)
        from forbids in Gen.Elements(null, "Shrinking", "AnyChange")
        from stale in Seconds(1, 3600)
        select new BlockerSpec { Name = "blocker", Kind = kind, Url = url, Query = "/up", Forbids = forbids, StaleAfterSeconds = stale };

    private static readonly Gen<AlertRuleSpec> Alert =
        from labels in Gen.Elements(Labels).NonEmptyListOf()
        from count in Gen.Choose(1, 1000)
        from isAdd in Gen.Elements(true, false)
        from hold in Seconds(60, 86_400)
        select new AlertRuleSpec
        {
            Name = "alert",
            Labels = labels.Distinct().ToDictionary(label => label, label => (string?)$"value of {label}"),
            Add = isAdd ? count : null,
            AtLeast = isAdd ? null : count,
            LongestHoldSeconds = hold,
        };

    public static Gen<PolicySpec> Policy { get; } =
        from signals in Items(Signal, (signal, name) => signal with { Name = name })
        from schedules in Items(Schedule, (schedule, name) => schedule with { Name = name })
        from blockers in Items(Blocker, (blocker, name) => blocker with { Name = name })
        from alerts in Items(Alert, (alert, name) => alert with { Name = name })
        from clocks in Seconds(0, 86_400).Four()
        from steps in Maybe(Gen.Choose(1, 1000)).Two()
        from fallback in Maybe(Gen.Choose(0, 1000))
        from stale in Seconds(1, 3600)
        from truths in Gen.Elements<bool?>(null, true, false).Two()
        select new PolicySpec
        {
            Signals = Named(signals, "signal"),
            Schedules = Named(schedules, "schedule"),
            Blockers = Named(blockers, "blocker"),
            Alerts = Named(alerts, "后端"),
            OutCooldownSeconds = clocks.Item1,
            InCooldownSeconds = clocks.Item2,
            StabilisationWindowSeconds = clocks.Item3,
            SparesJobsOverSeconds = clocks.Item4,
            MaxStepOut = steps.Item1,
            MaxStepIn = steps.Item2,
            FallbackCount = fallback,
            PressureStaleAfterSeconds = stale,
            HoldsBreakEven = truths.Item1,
            IsDryRun = truths.Item2,
        };

    /// <summary>Items that get their names once they are all there.</summary>
    private static Gen<List<Func<string, T>>?> Items<T>(Gen<T> item, Func<T, string, T> named) =>
        from items in item.ListOf()
        from isGiven in Gen.Elements(true, true, false)
        select isGiven ? items.Take(20).Select(one => (Func<string, T>)(name => named(one, name))).ToList() : null;

    private static List<T>? Named<T>(List<Func<string, T>>? items, string name) => items?.Select((item, index) => item($"{name} {index}")).ToList();

    private static Gen<double?> Seconds(int low, int high) => Maybe(Gen.Choose(low * 1000, high * 1000).Select(value => value / 1000.0));

    private static Gen<T?> Maybe<T>(Gen<T> value)
        where T : struct
        => Gen.OneOf(Gen.Constant((T?)null), value.Select(one => (T?)one));
}
