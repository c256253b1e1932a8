using ControlPlane.Bench.Autoscaling;
using ControlPlane.Bench.Autoscaling.Traces;

namespace ControlPlane.AutoscalingBench.Tests;

public sealed class TraceTests
{
    [Fact]
    public void CountFile_MissingBins_AreZero()
    {
        var counts = CountFile.Read(["timestamp,value", "2026-01-01 00:00:00,5", "2026-01-01 00:05:00,6", "2026-01-01 00:10:00,7", "2026-01-01 00:20:00,8"]);

        Assert.Equal(TimeSpan.FromMinutes(5), counts.Bin);
        Assert.Equal([5, 6, 7, 0, 8], counts.Values);
    }

    [Fact]
    public void BatchFile_CountsLettersOfEachBin()
    {
        var counts = BatchFile.Read(["300 m,m,|,b,|,", "600 ", "900 a,|,"]);

        Assert.Equal([3, 0, 1], counts.Values);
    }

    [Fact]
    public void SwimFile_AddsTheBytes()
    {
        var jobs = SwimFile.Read(["job1\t18\t9\t970\t609\t697", "job0\t9\t9\t1\t2\t3"]);

        Assert.Equal([(9, 6), (18, 2276)], jobs);
    }

    [Fact]
    public void Middle_LongerTrace_KeepsTheMiddle()
    {
        var counts = new Counts(DateTimeOffset.UnixEpoch, TimeSpan.FromHours(1), [1, 2, 3, 4, 5]);

        var middle = counts.Middle(TimeSpan.FromHours(3));

        Assert.Equal([2, 3, 4], middle.Values);
        Assert.Equal(DateTimeOffset.UnixEpoch.AddHours(1), middle.Start);
    }

    [Fact]
    public void FromBytes_AnySizes_NeedWhatTheSettingSays()
    {
        var setting = World.Setting;
        var rows = Enumerable.Range(0, 2000).Select(number => (Second: number * 3.0, Bytes: Math.Pow(number % 97, 4))).ToList();

        var workload = Scaling.FromBytes("bytes", rows, setting);

        Assert.Equal(World.MeanNeed, workload.Jobs.Sum(job => job.Length) / (double)setting.Slots / (workload.Steps - setting.Slo - 1), 0.3);
        Assert.All(workload.Jobs, job => Assert.InRange(job.Length, 1, 30));
    }
}
