using System.Collections.Concurrent;
using System.Net;
using ControlPlane.Durable.Protocol;
using ControlPlane.FunctionsHost.Worker;
using Google.Protobuf;
using Microsoft.AspNetCore.Hosting;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace ControlPlane.FunctionsHost.Tests;

/// <summary>A handler inside of the test, which answers as it is told to.</summary>
internal sealed class FakeHandler : IWorkerLauncher
{
    private readonly ConcurrentDictionary<string, RequestDelegate> _answers = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The envelopes that came, in order: path and body.</summary>
    public ConcurrentQueue<(string Path, JObject Body)> Envelopes { get; } = new();

    /// <summary>The turns that came, in order.</summary>
    public ConcurrentQueue<OrchestratorRequest> Turns { get; } = new();

    /// <summary>What a handler was last started with.</summary>
    public WorkerStart? Started { get; private set; }

    /// <summary>What the next handler waits for before it listens.</summary>
    public Task BeforeLaunch { get; set; } = Task.CompletedTask;

    /// <summary>Answers everything at a path.</summary>
    public FakeHandler On(string path, RequestDelegate answer)
    {
        _answers[path] = answer;
        return this;
    }

    /// <summary>What answers at a path so far.</summary>
    public RequestDelegate AnswerOf(string path) => _answers[path];

    /// <summary>Answers invocations of a function with a text, as JSON.</summary>
    public FakeHandler OnInvocation(string function, Func<JObject, string> answer) => On($"/{function}", async context =>
    {
        var body = JsonConvert.DeserializeObject<JObject>(
            await new StreamReader(context.Request.Body).ReadToEndAsync(), new JsonSerializerSettings { DateParseHandling = DateParseHandling.None })!;
        Envelopes.Enqueue((context.Request.Path, body));
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer(body));
    });

    /// <summary>Answers an activity with a return value, given the JSON text of its input.</summary>
    public FakeHandler OnActivity(string function, Func<string?, JToken?> answer) => OnInvocation(function, body =>
    {
        var input = (JProperty)body["Data"]!.First!;
        return new JObject { ["ReturnValue"] = answer(JsonConvert.DeserializeObject<string?>((string)input.Value!)) }.ToString();
    });

    /// <summary>Answers turns of an orchestrator.</summary>
    public FakeHandler OnTurn(string function, Func<OrchestratorRequest, OrchestratorResponse> answer) => OnInvocation(function, body =>
    {
        var text = JsonConvert.DeserializeObject<string>((string)body["Data"]!["orchestration"]!)!;
        var request = OrchestratorRequest.Parser.ParseFrom(ByteString.FromBase64(text));
        Turns.Enqueue(request);
        return new JObject { ["ReturnValue"] = answer(request).ToByteString().ToBase64() }.ToString();
    });

    public IWorker Launch(WorkerStart start)
    {
        Started = start;
        return new InProcess(start.Port, AnswerAsync, BeforeLaunch);
    }

    private Task AnswerAsync(HttpContext context)
    {
        if (_answers.TryGetValue(context.Request.Path.Value!, out var answer))
            return answer(context);
        context.Response.StatusCode = context.Request.Path == "/" ? StatusCodes.Status200OK : StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private sealed class InProcess : IWorker
    {
        private const int KilledCode = 137;

        private readonly TaskCompletionSource<int> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ConcurrentDictionary<HttpContext, bool> _atWork = new();
        private readonly WebApplication _app;
        private readonly Task _starting;
        private int _isKilled;

        public InProcess(int port, RequestDelegate answer, Task before)
        {
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
            {
                kestrel.Limits.MaxRequestBodySize = null;
                kestrel.Listen(IPAddress.Loopback, port);
            });
            _app = builder.Build();
            _app.Run(async context =>
            {
                _atWork[context] = true;
                try
                {
                    if (Volatile.Read(ref _isKilled) == 1)
                        context.Abort();
                    else
                        await answer(context);
                }
                finally
                {
                    _atWork.TryRemove(context, out _);
                }
            });
            _starting = StartAsync(before);
        }

        public Task<int> Exited => _exited.Task;

        public int ProcessId => 0;

        public void Kill()
        {
            if (Interlocked.Exchange(ref _isKilled, 1) == 1)
                return;
            foreach (var context in _atWork.Keys)
                context.Abort();
            _ = EndAsync();
        }

        private async Task StartAsync(Task before)
        {
            await before;
            await _app.StartAsync();
        }

        private async Task EndAsync()
        {
            await _starting;
            using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
            await _app.StopAsync(now.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            await _app.DisposeAsync();
            _exited.TrySetResult(KilledCode);
        }
    }
}
