using ControlPlane.Core.Backends;
using ControlPlane.Core.Health;
using ControlPlane.Core.Profiles;
using FsCheck;
using FsCheck.Fluent;

namespace ControlPlane.Core.Tests.Health;

public sealed class HealthRecordTests
{
    private static readonly HealthCheck Check = new() { Rise = 2, Fall = 3 };

    [Fact]
    public void After_AnyHistory_CountsOnlyTheLastRow() =>
        Prop.ForAll(ArbMap.Default.ArbFor<bool[]>(), checks =>
        {
            var record = checks.Aggregate(new HealthRecord(), (before, isGood) => before.After(isGood));

            var row = checks.Reverse().TakeWhile(isGood => isGood == checks[^1]).Count();
            return record == (checks.Length == 0 ? default : checks[^1] ? new HealthRecord(row, 0) : new HealthRecord(0, row));
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(BackendState.Joining, "", BackendState.Joining)]
    [InlineData(BackendState.Joining, "+", BackendState.Ready)]
    [InlineData(BackendState.Joining, "--", BackendState.Joining)]
    [InlineData(BackendState.Joining, "--+", BackendState.Ready)]
    [InlineData(BackendState.Joining, "---", BackendState.Unhealthy)]
    [InlineData(BackendState.Ready, "--", BackendState.Ready)]
    [InlineData(BackendState.Ready, "--+--", BackendState.Ready)]
    [InlineData(BackendState.Ready, "---", BackendState.Unhealthy)]
    [InlineData(BackendState.Ready, "---+", BackendState.Unhealthy)]
    [InlineData(BackendState.Ready, "---+-+", BackendState.Unhealthy)]
    [InlineData(BackendState.Ready, "---++", BackendState.Ready)]
    [InlineData(BackendState.Unhealthy, "-", BackendState.Unhealthy)]
    [InlineData(BackendState.Unhealthy, "+", BackendState.Unhealthy)]
    [InlineData(BackendState.Unhealthy, "++", BackendState.Ready)]
    [InlineData(BackendState.Draining, "++++", BackendState.Draining)]
    [InlineData(BackendState.Draining, "----", BackendState.Draining)]
    public void Next_Checks_LeadToTheState(BackendState start, string checks, BackendState end)
    {
        var record = new HealthRecord();
        var state = start;

        foreach (var check in checks)
        {
            record = record.After(check == '+');
            state = record.Next(state, Check);
        }

        Assert.Equal(end, state);
    }

    [Fact]
    public void Next_AnyChecks_ReadyIsLeftOnlyAfterFallBadOnesAndComesBackOnlyAfterRiseGoodOnes()
    {
        var cases =
            from rise in Gen.Choose(1, 4)
            from fall in Gen.Choose(1, 4)
            from checks in Gen.Elements(true, false).ListOf()
            select (rise, fall, checks: checks.ToArray());

        Prop.ForAll(cases.ToArbitrary(), one =>
        {
            var check = new HealthCheck { Rise = one.rise, Fall = one.fall };
            var (record, state, isRight) = (new HealthRecord(), BackendState.Ready, true);
            foreach (var isGood in one.checks)
            {
                record = record.After(isGood);
                var next = record.Next(state, check);
                if (next != state)
                    isRight &= next == BackendState.Ready ? isGood && record.Good >= one.rise : !isGood && record.Bad >= one.fall;
                else
                    isRight &= state == BackendState.Ready ? record.Bad < one.fall : record.Good < one.rise;
                state = next;
            }

            return isRight;
        }).QuickCheckThrowOnFailure();
    }
}
