using System.Buffers.Binary;
using ControlPlane.Durable.Protocol;
using ControlPlane.FunctionsHost.Durable;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Http.Features;

namespace ControlPlane.FunctionsHost.Sidecar;

/// <summary>The extension's gRPC service, over HTTP/2 without TLS and written by hand. Source: durable-protocol, section 9.2.</summary>
internal sealed class SidecarService(DurableExtension extension)
{
    private const string Service = "/TaskHubSidecarService/";
    private const int HeadLength = 5;

    /// <summary>The calls that were answered, by method.</summary>
    public List<string> Calls { get; } = [];

    public async Task AnswerAsync(HttpContext context)
    {
        context.Response.ContentType = "application/grpc";
        var path = context.Request.Path.Value!;
        if (context.Request.Protocol != "HTTP/2" || context.Request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) != true)
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }

        var method = path.StartsWith(Service, StringComparison.Ordinal) ? path[Service.Length..] : "";
        lock (Calls)
            Calls.Add(method);
        var (status, text, answer) = await RunAsync(method, context);
        if (answer is not null)
            await WriteAsync(context, answer);
        var trailers = context.Features.Get<IHttpResponseTrailersFeature>()!.Trailers;
        trailers["grpc-status"] = $"{(int)status}";
        if (text is not null)
            trailers["grpc-message"] = Uri.EscapeDataString(text);
    }

    private async Task<(GrpcStatus Status, string? Text, IMessage? Answer)> RunAsync(string method, HttpContext context)
    {
        try
        {
            var body = await ReadAsync(context);
            return method switch
            {
                "StartInstance" => Start(CreateInstanceRequest.Parser.ParseFrom(body)),
                "GetInstance" => Get(GetInstanceRequest.Parser.ParseFrom(body)),
                "RaiseEvent" => Raise(RaiseEventRequest.Parser.ParseFrom(body)),
                "TerminateInstance" => Terminate(TerminateRequest.Parser.ParseFrom(body)),
                "SuspendInstance" => Suspend(SuspendRequest.Parser.ParseFrom(body)),
                "ResumeInstance" => Resume(ResumeRequest.Parser.ParseFrom(body)),
                "PurgeInstances" => Purge(PurgeInstancesRequest.Parser.ParseFrom(body)),
                _ => (GrpcStatus.Unimplemented, $"{method} is not there.", null),
            };
        }
        catch (Exception fault) when (fault is InvalidProtocolBufferException or InvalidDataException)
        {
            return (GrpcStatus.Internal, fault.Message, null);
        }
    }

    private (GrpcStatus, string?, IMessage?) Start(CreateInstanceRequest request)
    {
        var id = request.InstanceId.Length > 0 ? request.InstanceId : Guid.NewGuid().ToString("N");
        return extension.Start(request.Name, id, request.Input) switch
        {
            StartAnswer.Started => (GrpcStatus.Ok, null, new CreateInstanceResponse { InstanceId = id }),
            StartAnswer.IdInUse => (GrpcStatus.AlreadyExists, $"An Orchestration instance with the ID {id} already exists.", null),
            _ => (extension.Version == ExtensionVersion.E319 ? GrpcStatus.InvalidArgument : GrpcStatus.Internal, $"Failed to start instance with ID {id}.", null),
        };
    }

    private (GrpcStatus, string?, IMessage?) Get(GetInstanceRequest request)
    {
        if (extension.Hub.Find(request.InstanceId) is not { } instance)
            return (GrpcStatus.Ok, null, new GetInstanceResponse());
        var showsTexts = request.GetInputsAndOutputs;
        return (GrpcStatus.Ok, null, new GetInstanceResponse
        {
            Exists = true,
            OrchestrationState = new()
            {
                InstanceId = instance.Id,
                Name = instance.Name,
                Version = instance.Version,
                OrchestrationStatus = instance.Status,
                CreatedTimestamp = instance.Created.ToTimestamp(),
                LastUpdatedTimestamp = instance.Updated.ToTimestamp(),
                Input = showsTexts ? instance.Input : null,
                Output = showsTexts ? instance.Output : null,
                CustomStatus = showsTexts ? instance.CustomStatus : null,
                FailureDetails = instance.Failure,
            },
        });
    }

    private (GrpcStatus, string?, IMessage?) Raise(RaiseEventRequest request) =>
        Signalled(extension.Raise(request.InstanceId, request.Name, request.Input), new RaiseEventResponse());

    private (GrpcStatus, string?, IMessage?) Terminate(TerminateRequest request) =>
        Signalled(extension.Terminate(request.InstanceId, request.Output), new TerminateResponse());

    private (GrpcStatus, string?, IMessage?) Suspend(SuspendRequest request) =>
        Signalled(extension.Suspend(request.InstanceId, request.Reason), new SuspendResponse());

    private (GrpcStatus, string?, IMessage?) Resume(ResumeRequest request) =>
        Signalled(extension.Resume(request.InstanceId, request.Reason), new ResumeResponse());

    private (GrpcStatus, string?, IMessage?) Purge(PurgeInstancesRequest request)
    {
        if (request.RequestCase != PurgeInstancesRequest.RequestOneofCase.InstanceId)
            return (GrpcStatus.Unimplemented, "Filters are not played here.", null);
        return (GrpcStatus.Ok, null, new PurgeInstancesResponse { DeletedInstanceCount = extension.Hub.Purge(request.InstanceId) ? 1 : 0 });
    }

    /// <summary>What the extension's client throws for an instance that is not there, or has finished, comes out as an unknown error.</summary>
    private static (GrpcStatus, string?, IMessage?) Signalled(SignalAnswer answer, IMessage success) => answer == SignalAnswer.Sent
        ? (GrpcStatus.Ok, null, success)
        : (GrpcStatus.Unknown, "Exception was thrown by handler.", null);

    private static async Task<byte[]> ReadAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var bytes = body.ToArray();
        return bytes.Length >= HeadLength && bytes[0] == 0 && BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(1)) == bytes.Length - HeadLength
            ? bytes[HeadLength..]
            : throw new InvalidDataException("The frame of the message is wrong.");
    }

    private static async Task WriteAsync(HttpContext context, IMessage answer)
    {
        var frame = new byte[HeadLength + answer.CalculateSize()];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)(frame.Length - HeadLength));
        answer.WriteTo(frame.AsSpan(HeadLength));
        await context.Response.Body.WriteAsync(frame);
    }
}
