using ControlPlane.Durable.Protocol;
using ControlPlane.FunctionsHost.Durable;
using static ControlPlane.FunctionsHost.Tests.Respond;

namespace ControlPlane.FunctionsHost.Tests;

/// <summary>Answers that the extension does not forgive, and those that it asks for again.</summary>
public sealed class TurnFailureTests : DurableFixture
{
    [Theory]
    [InlineData("{}")]
    [InlineData("""{"ReturnValue":""}""")]
    [InlineData("""{"ReturnValue":null}""")]
    [InlineData("""{"ReturnValue":7}""")]
    [InlineData("""{"ReturnValue":"no base64!"}""")]
    [InlineData("""{"ReturnValue":"/////w=="}""")]
    [InlineData("nonsense")]
    public async Task Answer_ThatIsNone_FailsTheInstanceForGood(string answer)
    {
        Handler.OnInvocation("Flow", _ => answer);
        await StartAsync();

        Host.StartOrchestration("Flow", "bad");
        var failed = await Host.ForAsync("bad", OrchestrationStatus.Failed);

        Assert.StartsWith("{\"message\":\"Function 'Flow' failed with an unhandled exception.\",\"details\":\"", failed.Output, StringComparison.Ordinal);
        Assert.Null(failed.Failure);
        Assert.Contains("has failed for good", Assert.Single(Host.Notes.Complaints), StringComparison.Ordinal);
    }

    [Fact]
    public async Task HttpError_FailsTheInstanceForGood()
    {
        Handler.On("/Flow", context =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        });
        await StartAsync();

        Host.StartOrchestration("Flow", "bad");

        Assert.Contains("503", (await Host.ForAsync("bad", OrchestrationStatus.Failed)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kill_DuringATurn_FailsTheInstanceForGoodAndOthersGoOn()
    {
        var isHanging = true;
        Handler.On("/Child", context => isHanging ? Task.Delay(Timeout.Infinite, context.RequestAborted) : Task.CompletedTask);
        Handler.OnTurn("Flow", request => With(request, Complete(0, null)));
        await StartAsync(options => options with { Fate = new OnceFate(turn: TurnFate.KillHandler) { Delay = TimeSpan.FromMilliseconds(200) } });

        Host.StartOrchestration("Child", "killed");
        await Host.ForAsync("killed", OrchestrationStatus.Failed);
        isHanging = false;
        await Wait.UntilAsync(() => Host.Worker.Starts == 2, "a new handler");
        Host.StartOrchestration("Flow", "after");

        await Host.ForAsync("after", OrchestrationStatus.Completed);
    }

    [Fact]
    public async Task Timeout_OfATurn_RestartsTheHandlerAndRepeatsTheTurn()
    {
        var calls = 0;
        Root.Host["functionTimeout"] = "00:00:04";
        Handler.OnTurn("Flow", request => With(request, Complete(0, "1")));
        var answer = Handler.AnswerOf("/Flow");
        Handler.On("/Flow", context => Interlocked.Increment(ref calls) == 1 ? Task.Delay(Timeout.Infinite, context.RequestAborted) : answer(context));
        await StartAsync();

        Host.StartOrchestration("Flow", "slow");

        await Host.ForAsync("slow", OrchestrationStatus.Completed);
        Assert.Equal(2, Host.Worker.Starts);
    }

    [Theory]
    [InlineData(ExtensionVersion.E24, true)]
    [InlineData(ExtensionVersion.E319, true)]
    [InlineData(ExtensionVersion.E319, false)]
    public async Task OutOfMemory_InTheFailure_RepeatsTheTurn(ExtensionVersion version, bool isInner)
    {
        var calls = 0;
        Handler.OnTurn("Flow", request => Interlocked.Increment(ref calls) < 3 ? With(request, Failure(isInner)) : With(request, Complete(0, "1")));
        await StartAsync(options => options with { Extension = version });

        Host.StartOrchestration("Flow", "again");

        Assert.Equal("1", (await Host.ForAsync("again", OrchestrationStatus.Completed)).Output);
        Assert.Equal(3, calls);
    }

    [Fact]
    public async Task OutOfMemory_AtTheTop_IsAFailureForTheOlderExtension()
    {
        Handler.OnTurn("Flow", request => With(request, Failure(isInner: false)));
        await StartAsync(options => options with { Extension = ExtensionVersion.E24 });

        Host.StartOrchestration("Flow", "failed");

        Assert.Equal("System.OutOfMemoryException", (await Host.ForAsync("failed", OrchestrationStatus.Failed)).Failure!.ErrorType);
    }

    [Theory]
    [InlineData(ExtensionVersion.E319, OrchestrationStatus.Failed)]
    [InlineData(ExtensionVersion.E24, OrchestrationStatus.Completed)]
    public async Task CustomStatus_OverSixteenKilobytes_FailsWithTheNewerExtension(ExtensionVersion version, OrchestrationStatus status)
    {
        Handler.OnTurn("Flow", request =>
        {
            var response = With(request, Complete(0, null));
            response.CustomStatus = $"\"{new string('x', 8 * 1024)}\"";
            return response;
        });
        await StartAsync(options => options with { Extension = version });

        Host.StartOrchestration("Flow", "long");

        await Host.ForAsync("long", status);
    }

    [Fact]
    public async Task Actions_ThatAreNotSupported_FailTheInstance()
    {
        Handler.OnTurn("Flow", request => With(request, request.InstanceId switch
        {
            "kind" => new OrchestratorAction { Id = 0 },
            "timer" => new OrchestratorAction { Id = 0, CreateTimer = new() },
            _ => new OrchestratorAction { Id = 0, SendEvent = new() { Name = "x" } },
        }));
        await StartAsync();

        foreach (var id in (string[])["kind", "timer", "event"])
        {
            Host.StartOrchestration("Flow", id);
            await Host.ForAsync(id, OrchestrationStatus.Failed);
        }
    }

    [Fact]
    public async Task Orchestrator_ThatIsUnknown_FailsItsInstance()
    {
        await StartAsync();

        Host.StartOrchestration("Nobody", "lost");

        Assert.Contains("doesn't exist", (await Host.ForAsync("lost", OrchestrationStatus.Failed)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Timer_BeyondSevenDays_IsNeverStored()
    {
        Handler.OnTurn("Flow", request => With(request, Timer(0, DateTimeOffset.UtcNow.AddDays(8))));
        await StartAsync();

        Host.StartOrchestration("Flow", "long");
        await Wait.UntilAsync(() => Host.Notes.Complaints.Count > 0, "a complaint");

        Assert.Contains("seven days", Host.Notes.Complaints[0], StringComparison.Ordinal);
        Assert.Equal(OrchestrationStatus.Pending, Host.Hub.Find("long")!.Status);
    }

    private static OrchestratorAction Failure(bool isInner)
    {
        var memory = new TaskFailureDetails { ErrorType = "System.OutOfMemoryException", ErrorMessage = "m" };
        var action = End(0, OrchestrationStatus.Failed, null);
        action.CompleteOrchestration.FailureDetails = isInner ? new() { ErrorType = "T", ErrorMessage = "m", InnerFailure = memory } : memory;
        return action;
    }
}
