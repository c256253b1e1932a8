using System.Net;
using ControlPlane.Core.Scaling.Policies;
using ControlPlane.Functions.Router;
using ControlPlane.Functions.Signals;
using ControlPlane.Functions.Tests.Site;
using ControlPlane.TestKit;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Tests.Signals;

public sealed class SignalReaderTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();
    private readonly Sources _sources = new();
    private readonly SourceBook _book;
    private readonly SignalReader _reader;

    public SignalReaderTests()
    {
        var options = new RouterOptions();
        var dispatcher = new Dispatcher(new WaitQueue(options, _time), options, _time);
        _book = _sources.Book(_time);
        _reader = new SignalReader(_book, new EngineUse(dispatcher, _time), _time);
    }

    public void Dispose() => _sources.Dispose();

    [Fact]
    public async Task Read_SourceFails_TheLastGoodValueAgesAndAFirstAnswerIsWaitedFor()
    {
        var first = _time.GetUtcNow();
        _sources.OnRequest = (_, _) => Sources.Sample(first, 7);
        Assert.Equal(new SignalReading("s1", 7, first), Assert.Single((await ReadAsync(Signals("http://a"))).Signals));

        _sources.OnRequest = (_, _) => throw new HttpRequestException(HttpRequestError.ConnectionError);
        for (var i = 0; i < 3; i++)
        {
            _time.Advance(30 * Second);
            Assert.Equal(new SignalReading("s1", 7, first), Assert.Single((await ReadAsync(Signals("http://a"))).Signals));
        }
    }

    [Fact]
    public async Task Read_SourceSaysThatThereIsNone_IsAReadingWithoutAValue()
    {
        _sources.OnRequest = (_, _) => Sources.Sample(_time.GetUtcNow(), 7);
        await ReadAsync(Signals("http://a"));
        _time.Advance(Second);
        _sources.OnRequest = (_, _) => Sources.Json("""{"status":"success","data":{"resultType":"vector","result":[]}}""");

        Assert.Equal(new SignalReading("s1", null, _time.GetUtcNow()), Assert.Single((await ReadAsync(Signals("http://a"))).Signals));
    }

    [Fact]
    public async Task Read_SourceNeverAnswered_HasNoReading()
    {
        _sources.OnRequest = (_, _) => Sources.Json("", HttpStatusCode.BadGateway);

        Assert.Empty((await ReadAsync(Signals("http://a"))).Signals);
    }

    [Fact]
    public async Task Read_SourceHangs_HoldsUpOneLookUntilItsTimeoutAndTheNextNotAtAll()
    {
        _sources.OnRequest = (request, cancellation) => request.RequestUri!.Host == "slow" ? Sources.NeverAsync(cancellation) : Sources.Sample(_time.GetUtcNow(), 7);
        var policy = Signals("http://slow", "http://good");

        var reading = ReadAsync(policy);
        await Soon.TrueAsync(() => _sources.Asked.Count == 2, "both sources to be asked at once");
        await Soon.TrueAsync(() => _book.Watch(Source.Of(policy.Signals[1])!).LastGood is not null, "the good one's answer to be read");
        Assert.False(reading.IsCompleted);
        _time.Advance(2 * Second);
        var readings = await reading.SoonAsync("the look to go on without the slow one");

        Assert.Equal("s2", Assert.Single(readings.Signals).Name);
        _time.Advance(5 * Second);
        Assert.Equal("s2", Assert.Single((await ReadAsync(policy).SoonAsync("a look that does not wait")).Signals).Name);
        await Soon.TrueAsync(() => _sources.Asked.Count == 4, "the slow one to be asked again all the same");
    }

    [Fact]
    public async Task Read_SeveralGroupsWithinASecond_ShareOneRequest()
    {
        _sources.OnRequest = (_, _) => Sources.Sample(_time.GetUtcNow(), 7);
        var policy = Signals("http://a");

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ReadAsync(policy)));
        _time.Advance(0.9 * Second);
        await ReadAsync(policy);
        Assert.Single(_sources.Asked);

        _time.Advance(0.2 * Second);
        await ReadAsync(policy);
        Assert.Equal(2, _sources.Asked.Count);
    }

    [Fact]
    public async Task Read_SourceFailsAndComesBack_IsLoggedOnceEachWithoutSecrets()
    {
        var policy = Signals("http://me:pass@a/x?key=secret");
        foreach (var isGood in (bool[])[true, false, false, false, true, true, false])
        {
            _sources.OnRequest = (_, _) => isGood ? Sources.Sample(_time.GetUtcNow(), 7) : Sources.Json("secret", HttpStatusCode.InternalServerError);
            await ReadAsync(policy);
            await _book.Watch(Source.Of(policy.Signals[0])!).RefreshAsync();
            _time.Advance(2 * Second);
        }

        Assert.Equal(7, _sources.Asked.Count);
        Assert.Collection(
            _sources.LogLines,
            line => Assert.Contains("No answer for a signal from PromQl at http://a/x: it answered 500.", line, StringComparison.Ordinal),
            line => Assert.Contains("PromQl at http://a/x answers again", line, StringComparison.Ordinal),
            line => Assert.Contains("No answer", line, StringComparison.Ordinal));
        Assert.All(_sources.LogLines, line => Assert.DoesNotContain("secret", line + line.Replace("pass", "secret", StringComparison.Ordinal), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[]}}""", false)]
    [InlineData("""{"status":"success","data":{"resultType":"scalar","result":[0,"0"]}}""", false)]
    [InlineData("""{"status":"success","data":{"resultType":"scalar","result":[0,"1"]}}""", true)]
    [InlineData("""{"status":"success","data":{"resultType":"scalar","result":[0,"NaN"]}}""", null)]
    public async Task Read_Blocker_IsTrueUnlessZeroOrEmpty(string body, bool? isTrue)
    {
        _sources.OnRequest = (_, _) => Sources.Json(body);

        var readings = await ReadAsync(new() { Blockers = [new() { Name = "b", Url = "http://a", Query = "q" }] });

        Assert.Equal(isTrue, Assert.Single(readings.Blockers).IsTrue);
    }

    [Fact]
    public async Task Read_BlockerFails_HasNoAnswer()
    {
        _sources.OnRequest = (_, _) => Sources.Json("""{"status":"error"}""");

        Assert.Empty((await ReadAsync(new() { Blockers = [new() { Name = "b", Url = "http://a", Query = "q" }] })).Blockers);
    }

    [Fact]
    public async Task Read_MonitorThatIsBeingRemoved_AsksNobody()
    {
        await _reader.ReadAsync(Watched(Signals("http://a")) with { IsRemoving = true }, default);

        Assert.Empty(_sources.Asked);
    }

    private static ScalingPolicy Signals(params string[] urls) => new()
    {
        Signals = [.. urls.Select((url, index) => new Signal { Name = $"s{index + 1}", Kind = SignalKind.PromQl, Target = 1, Url = url, Query = "q" })],
    };

    private static Monitor Watched(ScalingPolicy policy) => new()
    {
        Id = 1,
        Name = "m",
        Tag = "a",
        Min = 0,
        Max = 1,
        Provider = "local",
        Strategy = "TargetTracking",
        Profile = "generic",
        Policy = policy,
    };

    private Task<OutsideReadings> ReadAsync(ScalingPolicy policy) => _reader.ReadAsync(Watched(policy), default);
}
