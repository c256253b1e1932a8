using System.Net;
using System.Net.Sockets;
using ControlPlane.EndToEnd.Machine;
using ControlPlane.TestKit;

namespace ControlPlane.EndToEnd.Failures;

public sealed class EngineFailureTests
{
    [Fact]
    public async Task KilledEngine_IsReplacedByANewInstance()
    {
        await using var site = await Site.ServeAsync("killed");
        await site.Client.AddMonitorAsync(new("g", "g", 2, 2));
        await Convergence.ReachAsync(site, "g", 2);
        var killed = site.Engines()[0];

        ProcessSignal.KillAtOnce(killed.Pid);

        await Eventually.TrueAsync(() => Task.FromResult(site.Engines().Any(engine => engine.Instance == "g-3")), "g-3 in the place of the killed instance");
        await Convergence.ReachAsync(site, "g", 2);
        Assert.DoesNotContain(site.Engines(), engine => engine.Instance == killed.Instance);
        var decisions = await site.Client.ListDecisionsAsync("g");
        Assert.Contains(decisions, decision => decision.Retire.Contains(killed.Instance)
            && decision.Reason.Contains($"{killed.Instance} is replaced: its process has ended.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task EngineKilledWhileItDrains_IsForgottenAtOnceAndItsClientIsTold()
    {
        await using var site = await Site.ServeAsync("killed-draining");
        await site.Client.AddMonitorAsync(new("g", "g", 1, 1, DrainDeadlineSeconds: 600));
        await Convergence.ReachAsync(site, "g", 1);
        var running = site.Client.RunAsync("g", Profiles.Script(60_000));
        await Eventually.TrueAsync(async () => (await site.Client.ListBackendsAsync())[0].InFlight == 1, "the job in flight");
        await site.Client.RemoveMonitorAsync("g");
        await Eventually.TrueAsync(async () => (await site.Client.ListBackendsAsync())[0].State == "Draining", "the drain");

        ProcessSignal.KillAtOnce(Assert.Single(site.Engines()).Pid);

        Assert.Equal(502, (await running).Status);
        await Convergence.ReachAsync(site, "g", 0);
    }

    [Theory]
    [InlineData(Profiles.Mute, "it did not serve before its boot deadline")]
    [InlineData(Profiles.Quitter, "the licence has expired")]
    [InlineData(Profiles.Missing, "The program \"no-such-engine\" is neither on the engine path")]
    public async Task EngineThatNeverServes_IsUndoneAndTriedAgainLaterAndLater(string profile, string reason)
    {
        await using var site = await Site.ServeAsync(profile);
        await site.Client.AddMonitorAsync(new("g", "g", 1, 1, profile));

        await AssertBacksOffAsync(site, reason);
    }

    [Fact]
    public async Task EngineWhosePortIsTaken_IsUndoneAndTheReasonIsWhatItSaid()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        await using var site = Site.Make("port-taken");
        Profiles.WriteFixedPort(site.ProfilesFolder, "fixed", ((IPEndPoint)taken.LocalEndpoint).Port);
        await site.StartAsync();
        await site.Client.AddMonitorAsync(new("g", "g", 1, 1, "fixed"));

        await AssertBacksOffAsync(site, "sql-engine: cannot start: ");
    }

    /// <summary>Two starts fail, the second wait is longer than the first, and nothing is left in the end.</summary>
    private static async Task AssertBacksOffAsync(Site site, string reason)
    {
        var clamps = await Eventually.FoundAsync(
            async () =>
            {
                var clamps = (await site.Client.ListDecisionsAsync("g")).SelectMany(decision => decision.Clamps).Where(clamp => clamp.Name == "backoff").ToList();
                return clamps.Any(clamp => clamp.Reason.Contains("2 in a row", StringComparison.Ordinal)) ? clamps : null;
            },
            "a decision that waits after a second failure",
            limitSeconds: 40);
        Assert.All(clamps, clamp => Assert.Contains(reason, clamp.Reason, StringComparison.Ordinal));
        Assert.All(clamps, clamp => Assert.Contains(", trying again in ", clamp.Reason, StringComparison.Ordinal));
        Assert.Empty(site.State.Read().Backends);

        await site.Client.RemoveMonitorAsync("g");
        await Convergence.ReachAsync(site, "g", 0);
    }
}
