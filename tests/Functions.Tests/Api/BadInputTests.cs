using System.Net;
using System.Net.Http.Headers;
using ControlPlane.Functions.Tests.Site;

namespace ControlPlane.Functions.Tests.Api;

/// <summary>Bad input gets a problem with a code, the field and the fix, and nothing is stored.</summary>
public class BadInputTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private const string Invalid = "invalid_request";
    private const string Unreadable = "unreadable_body";

    private readonly TestHost _host = shared.Host;

    [Theory]
    [InlineData("url=h:1&tag=a", "name")]
    [InlineData("name=&url=h:1&tag=a", "name")]
    [InlineData("name=%20x&url=h:1&tag=a", "name")]
    [InlineData("name=a/b&url=h:1&tag=a", "name")]
    [InlineData("name=a,b&url=h:1&tag=a", "name")]
    [InlineData("name=..&url=h:1&tag=a", "name")]
    [InlineData("name=a%00b&url=h:1&tag=a", "name")]
    [InlineData("name=x&tag=a", "url")]
    [InlineData("name=x&url=&tag=a", "url")]
    [InlineData("name=x&url=h&tag=a", "url")]
    [InlineData("name=x&url=h:0&tag=a", "url")]
    [InlineData("name=x&url=h:70000&tag=a", "url")]
    [InlineData("name=x&url=h:-1&tag=a", "url")]
    [InlineData("name=x&url=h:1/path&tag=a", "url")]
    [InlineData("name=x&url=:9003&tag=a", "url")]
    [InlineData("name=x&url=ftp://h:1&tag=a", "url")]
    [InlineData("name=x&url=file:///etc/passwd&tag=a", "url")]
    [InlineData("name=x&url=http://&tag=a", "url")]
    [InlineData("name=x&url=http://u:p@h:1&tag=a", "url")]
    [InlineData("name=x&url=http://h:1/?q=1&tag=a", "url")]
    [InlineData("name=x&url=http://h:1/%23x&tag=a", "url")]
    [InlineData("name=x&url=h%20h:1&tag=a", "url")]
    [InlineData("name=x&url=h:1%0d%0aX:y&tag=a", "url")]
    [InlineData("name=x&url=h:1", "tag")]
    [InlineData("name=x&url=h:1&tag=", "tag")]
    [InlineData("name=x&url=h:1&tag=a,,b", "tag")]
    [InlineData("name=x&url=h:1&tag=a,", "tag")]
    [InlineData("name=x&url=h:1&tag=a%0Ab", "tag")]
    [InlineData("name=x&url=h:1&tag=a&weight=0", "weight")]
    [InlineData("name=x&url=h:1&tag=a&weight=ten", "weight")]
    [InlineData("name=x&url=h:1&tag=a&maxJobs=-1", "maxJobs")]
    [InlineData("name=x&url=h:1&tag=a&maxJobs=99999999999", "maxJobs")]
    [InlineData("name=x&url=h:1&tag=a&profile=unknown", "profile")]
    [InlineData("name=x&url=h:1&tag=a&colour=red", "colour")]
    [InlineData("name=x&url=h:1&tag=a&Name=y", "Name")]
    public async Task Add_BadForm_NamesTheFieldAndTheFix(string form, string field)
    {
        var before = await ListAsync();

        var problem = await _host.PostAsync("/backend/add", form).ProblemAsync(400, Invalid);

        Assert.Equal([field], problem.Fields.Keys);
        Assert.NotEmpty(problem.Fields[field]);
        Assert.Contains(problem.Fields[field], problem.Detail, StringComparison.Ordinal);
        Assert.Equal(before, await ListAsync());
    }

    /// <summary>Names become folders and keys, urls become keys: what does not fit is refused before anything is done with it.</summary>
    [Theory]
    [InlineData("name", "/backend/add", "name={0}&url=h:1&tag=a", '中', 86)]
    [InlineData("url", "/backend/add", "name=x&url=http://h:1/{0}&tag=a", 'a', 241)]
    [InlineData("name", "/monitor/add", "name={0}&tag=a&minInstances=1&maxInstances=1&allocateType=local&allocateStrategy=JobNumAwareAllocate", 'a', 129)]
    [InlineData("tag", "/monitor/add", "name=x&tag={0}&minInstances=1&maxInstances=1&allocateType=local&allocateStrategy=JobNumAwareAllocate", '中', 82)]
    public async Task Add_TooLong_NamesTheFieldAndTheLimit(string field, string path, string form, char letter, int length)
    {
        var text = form.Replace("{0}", new string(letter, length), StringComparison.Ordinal);

        var problem = await _host.PostAsync(path, text).ProblemAsync(400, Invalid);

        Assert.Matches("At most [0-9]+ are allowed", problem.Fields[field]);
    }

    [Fact]
    public async Task Add_SeveralFaults_NamesThemAllAtOnce()
    {
        var problem = await _host.PostAsync("/backend/add", "url=nowhere&tag=&weight=0").ProblemAsync(400, Invalid);

        Assert.Equal(["name", "tag", "url", "weight"], problem.Fields.Keys.Order());
    }

    [Theory]
    [InlineData("""{"name":"x","url":"h:1","tags":"a"}""", Invalid, "tags")]
    [InlineData("""{"name":"x","url":"h:1","tags":[1]}""", Invalid, "tags[0]")]
    [InlineData("""{"name":"x","url":"h:1","tags":[]}""", Invalid, "tags")]
    [InlineData("""{"name":"x","url":"h:1","tags":["a,b"]}""", Invalid, "tags")]
    [InlineData("""{"name":"x","url":"h:1","tags":["a"],"weight":"2"}""", Invalid, "weight")]
    [InlineData("""{"name":"x","url":"h:1","tags":["a"],"weight":1.5}""", Invalid, "weight")]
    [InlineData("""{"name":5,"url":"h:1","tags":["a"]}""", Invalid, "name")]
    [InlineData("""{"url":"h:1","tags":["a"]}""", Invalid, "name")]
    [InlineData("""{"name":"x","tags":["a"]}""", Invalid, "url")]
    [InlineData("""{"name":"x","url":"h:1"}""", Invalid, "tags")]
    [InlineData("""{"name":"x","url":"h:1","tags":["a"],"colour":"red"}""", Invalid, "colour")]
    [InlineData("""{"name":"x","url":"h:1","tags":["a"],"version":""}""", Invalid, "version")]
    [InlineData("""{"name":"x","url":"h:1","tags":["a"]""", Unreadable, null)]
    [InlineData("""{"name":"\ud800","url":"h:1","tags":["a"]}""", null, null)]
    [InlineData("""["x"]""", Unreadable, null)]
    [InlineData("null", Unreadable, null)]
    [InlineData("", Unreadable, null)]
    [InlineData("name=x", Unreadable, null)]
    public async Task Create_BadJson_NamesTheField(string json, string? code, string? field)
    {
        var before = await ListAsync();
        using var body = new StringContent(json, null, "application/json");

        using var answer = await _host.Client.PostAsync(new Uri("/v1/backends", UriKind.Relative), body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        if (code is not null)
        {
            var problem = await Task.FromResult(answer).ProblemAsync(400, code);
            Assert.Equal(field is null ? [] : [field], problem.Fields.Keys);
            Assert.DoesNotContain("System.", problem.Detail, StringComparison.Ordinal);
            Assert.DoesNotContain("ControlPlane.", problem.Detail, StringComparison.Ordinal);
        }

        Assert.Equal(before, await ListAsync());
    }

    [Theory]
    [InlineData("application/json", """{"name":"x","url":"h:1","tag":"a","colour":"red"}""", Invalid)]
    [InlineData("application/json", """{"name":"x",""", Unreadable)]
    [InlineData("application/json", """["x"]""", Unreadable)]
    [InlineData("application/json", """{"name":"\ud800","url":"h:1","tag":"a"}""", Unreadable)]
    [InlineData("application/json", """{"\ud800":"x"}""", Unreadable)]
    [InlineData("multipart/form-data; boundary=x", "--x\r\ncontent-disposition: form-data; name=name\r\n\r\nx\r\n--x--\r\n", Unreadable)]
    public async Task Add_BodyOfAnotherKind_SaysWhatIsReadAndStoresNothing(string type, string text, string code)
    {
        var before = await ListAsync();
        using var body = new StringContent(text);
        body.Headers.ContentType = MediaTypeHeaderValue.Parse(type);

        await _host.Client.PostAsync(new Uri("/backend/add", UriKind.Relative), body).ProblemAsync(400, code);

        Assert.Equal(before, await ListAsync());
    }

    [Fact]
    public async Task Add_StringsThatAreNoUtf8_AreRefused()
    {
        using var body = new ByteArrayContent([.. "{\"name\":\""u8, 0xff, .. "\",\"url\":\"h:1\",\"tag\":\"a\"}"u8]);
        body.Headers.ContentType = new("application/json");

        await _host.Client.PostAsync(new Uri("/backend/add", UriKind.Relative), body).ProblemAsync(400, Unreadable);
    }

    [Theory]
    [InlineData("/backend/add", "application/x-www-form-urlencoded", true)]
    [InlineData("/backend/add", "application/x-www-form-urlencoded", false)]
    [InlineData("/v1/backends", "application/json", true)]
    [InlineData("/v1/backends", "application/json", false)]
    public async Task Add_BodyOverTheLimit_IsRefused(string path, string type, bool hasLength)
    {
        var before = await ListAsync();
        using var body = new StringContent("name=" + new string('x', 64 * 1024), null, type);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body };
        request.Headers.TransferEncodingChunked = !hasLength;

        await _host.Client.SendAsync(request).ProblemAsync(413, "body_too_large");

        Assert.Equal(before, await ListAsync());
    }

    [Fact]
    public async Task Add_TooManyFields_IsRefused()
    {
        var form = string.Join("&", Enumerable.Range(0, 300).Select(i => $"context.f{i}=1"));

        await _host.PostAsync("/backend/add", form).ProblemAsync(400, Unreadable);
    }

    [Theory]
    [InlineData("/backend/tags/update", "name=x", "tags")]
    [InlineData("/backend/tags/update", "name=x&tags=", "tags")]
    [InlineData("/backend/tags/update", "name=x&tags=a&merge=sometimes", "merge")]
    [InlineData("/backend/tags/update", "tags=a", "name")]
    [InlineData("/backend/tags/update", "id=one&tags=a", "id")]
    [InlineData("/backend/remove", "", "name")]
    [InlineData("/backend/remove", "id=1.5", "id")]
    [InlineData("/backend/list", "tag=", "tag")]
    [InlineData("/backend/list", "tag=a,,b", "tag")]
    [InlineData("/backend/list", "colour=red", "colour")]
    [InlineData("/backend/list/names", "", "names")]
    [InlineData("/backend/name/check", "name=", "name")]
    [InlineData("/backend/active", "x=1", "x")]
    [InlineData("/monitor/list", "x=1", "x")]
    [InlineData("/monitor/remove", "", "name")]
    public async Task Ask_BadParameters_NamesTheField(string path, string form, string field) =>
        Assert.Equal([field], (await _host.PostAsync(path, form).ProblemAsync(400, Invalid)).Fields.Keys);

    private async Task<string> ListAsync() => await _host.Client.GetStringAsync(new Uri("/backend/list", UriKind.Relative));
}
