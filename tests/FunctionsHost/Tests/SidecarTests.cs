using System.Buffers.Binary;
using System.Net;
using ControlPlane.Durable.Protocol;
using ControlPlane.FunctionsHost.Durable;
using Google.Protobuf;
using static ControlPlane.FunctionsHost.Tests.Respond;

namespace ControlPlane.FunctionsHost.Tests;

/// <summary>The extension's gRPC service.</summary>
public sealed class SidecarTests : DurableFixture
{
    [Fact]
    public async Task Calls_OverAnInstancesLife_AreAnswered()
    {
        await ServeAsync();

        var (started, _) = await CallAsync("StartInstance", new CreateInstanceRequest { InstanceId = "one", Name = "Flow", Input = "1" }, CreateInstanceResponse.Parser);
        var (again, _) = await CallAsync("StartInstance", new CreateInstanceRequest { InstanceId = "one", Name = "Flow" }, CreateInstanceResponse.Parser);
        var (illegal, _) = await CallAsync("StartInstance", new CreateInstanceRequest { InstanceId = "@one", Name = "Flow" }, CreateInstanceResponse.Parser);
        await Host.ForAsync("one", OrchestrationStatus.Running);
        var (_, read) = await CallAsync("GetInstance", new GetInstanceRequest { InstanceId = "one", GetInputsAndOutputs = true }, GetInstanceResponse.Parser);
        var (_, none) = await CallAsync("GetInstance", new GetInstanceRequest { InstanceId = "none" }, GetInstanceResponse.Parser);
        await CallAsync("SuspendInstance", new SuspendRequest { InstanceId = "one" }, SuspendResponse.Parser);
        await Host.ForAsync("one", OrchestrationStatus.Suspended);
        await CallAsync("ResumeInstance", new ResumeRequest { InstanceId = "one" }, ResumeResponse.Parser);
        await Host.ForAsync("one", OrchestrationStatus.Running);
        await CallAsync("RaiseEvent", new RaiseEventRequest { InstanceId = "one", Name = "end", Input = "7" }, RaiseEventResponse.Parser);
        var done = await Host.ForAsync("one", OrchestrationStatus.Completed);
        var (late, _) = await CallAsync("TerminateInstance", new TerminateRequest { InstanceId = "one" }, TerminateResponse.Parser);
        var (_, purged) = await CallAsync("PurgeInstances", new PurgeInstancesRequest { InstanceId = "one" }, PurgeInstancesResponse.Parser);

        Assert.Equal((0, 6, 3, 2), (started, again, illegal, late));
        Assert.Equal(("Flow", OrchestrationStatus.Running, "1"), (read!.OrchestrationState.Name, read.OrchestrationState.OrchestrationStatus, read.OrchestrationState.Input));
        Assert.False(none!.Exists);
        Assert.Equal("7", done.Output);
        Assert.Equal(1, purged!.DeletedInstanceCount);
        Assert.Equal("StartInstance", Host.SidecarCalls[0]);
    }

    [Fact]
    public async Task Call_OfAMethodThatIsNotThere_IsUnimplemented()
    {
        await ServeAsync();

        var (status, _) = await CallAsync("Nothing", new GetInstanceRequest(), GetInstanceResponse.Parser);

        Assert.Equal(12, status);
    }

    private async Task ServeAsync()
    {
        Handler.OnTurn("Flow", request => request.NewEvents.FirstOrDefault(item => item.EventRaised is not null) is { } raised
            ? With(request, Complete(0, raised.EventRaised.Input)) : With(request));
        await StartAsync(options => options with { Extension = ExtensionVersion.E319 });
    }

    private async Task<(int Status, T? Answer)> CallAsync<T>(string method, IMessage message, MessageParser<T> parser)
        where T : class, IMessage<T>
    {
        var frame = new byte[5 + message.CalculateSize()];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)(frame.Length - 5));
        message.WriteTo(frame.AsSpan(5));
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Host.SidecarAddress, $"TaskHubSidecarService/{method}"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(frame),
        };
        request.Content.Headers.ContentType = new("application/grpc");
        using var answer = await client.SendAsync(request);
        var body = await answer.Content.ReadAsByteArrayAsync();
        var status = int.Parse(answer.TrailingHeaders.GetValues("grpc-status").Single(), System.Globalization.CultureInfo.InvariantCulture);
        return (status, body.Length >= 5 ? parser.ParseFrom(body.AsSpan(5)) : null);
    }
}
