using ControlPlane.Core.Backends;
using ControlPlane.Core.Scaling.Policies;
using ControlPlane.Functions.Router;
using ControlPlane.Functions.Signals;
using ControlPlane.Functions.Tests.Site;
using ControlPlane.TestKit;

namespace ControlPlane.Functions.Tests.Signals;

public sealed class EngineUseTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Dispatcher _dispatcher;
    private readonly EngineUse _use;

    public EngineUseTests()
    {
        var options = new RouterOptions();
        _dispatcher = new Dispatcher(new WaitQueue(options, _time), options, _time);
        _use = new EngineUse(_dispatcher, _time);
    }

    [Theory]
    [InlineData(SignalKind.Cpu, 0.5)]
    [InlineData(SignalKind.Memory, 0.25)]
    public void Read_AllReport_IsTheMeanAndAsOldAsTheOldest(SignalKind kind, double mean)
    {
        Use(Engine("b1", 4, 8, 0, age: 3), Engine("b2", 8, 8, 8, age: 9), Engine("b3", 0, 8, 4, age: 1), Engine("b4", 4, 8, 4, age: 1), Engine("b5", 8, 8, 8, 0, BackendState.Draining));

        var reading = Read(kind)!;

        Assert.Equal((mean, _time.GetUtcNow().AddSeconds(-9)), (reading.Value!.Value, reading.At));
    }

    [Fact]
    public void Read_OneDoesNotReport_CountsAsIdleWhenTheOthersAreOverTheTargetEvenSo()
    {
        Use(Engine("b1", 8, 8, 0, age: 1), Engine("b2", 8, 8, 0, age: 1), Engine("b3", 8, 8, 0, age: 1), Engine("b4", 0, 8, 0, age: 61));

        Assert.Equal(0.75, Read(SignalKind.Cpu)!.Value);
    }

    [Fact]
    public void Read_OneDoesNotReport_OtherwiseThereIsNoValue()
    {
        Use(Engine("b1", 1, 8, 0, age: 1), Sample.Destination("b2", "a", _time));

        var reading = Read(SignalKind.Cpu)!;

        Assert.Equal((null, _time.GetUtcNow().AddSeconds(-1)), (reading.Value, reading.At));
    }

    [Fact]
    public void Read_NobodyReports_IsNoReading()
    {
        Use(Engine("b1", 1, 8, 0, age: 61));
        Assert.Null(Read(SignalKind.Cpu));

        Use();
        Assert.Null(Read(SignalKind.Cpu));
    }

    [Theory]
    [InlineData(12, 8, 1.0)]
    [InlineData(-3, 8, 0.0)]
    [InlineData(3, 0, null)]
    [InlineData(3, -1, null)]
    public void CpuShare_WhateverIsReported_IsAShareOrNothing(int tasks, int cores, double? share) =>
        Assert.Equal(share, new LoadSample(default, cores, tasks, 0).CpuShare);

    [Theory]
    [InlineData(3.0, 4.0, 0.75)]
    [InlineData(5.0, 4.0, 1.0)]
    [InlineData(-1.0, 4.0, null)]
    [InlineData(1.0, 0.0, null)]
    [InlineData(null, 4.0, null)]
    [InlineData(1.0, null, null)]
    public void MemoryShare_WhateverIsReported_IsAShareOrNothing(double? used, double? total, double? share) =>
        Assert.Equal(share, new LoadSample(default, 1, 0, 0) { UsedMemory = used, TotalMemory = total }.MemoryShare);

    private SignalReading? Read(SignalKind kind) => _use.Read("a", new Signal { Name = "s", Kind = kind, Target = 0.7 });

    private void Use(params Destination[] destinations) => _dispatcher.Use(new RoutingTable(destinations, []));

    private Destination Engine(string name, int tasks, int cores, double memory, int age, BackendState state = BackendState.Ready)
    {
        var destination = Sample.Destination(name, "a", _time, state);
        destination.Sample = new LoadSample(_time.GetUtcNow().AddSeconds(-age), cores, tasks, 0) { UsedMemory = memory, TotalMemory = 16 };
        return destination;
    }
}
