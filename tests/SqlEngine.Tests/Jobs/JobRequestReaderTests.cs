using SqlEngine.Jobs;

namespace ControlPlane.SqlEngine.Tests.Jobs;

public sealed class JobRequestReaderTests
{
    [Fact]
    public void Read_OnlySql_HasThePeersDefaults()
    {
        var request = Read(("sql", "select 1")).Request!;

        Assert.Equal(("anonymous", "", "script", 5000), (request.Owner, request.JobName, request.JobType, request.OutputSize));
        Assert.Null(request.Timeout);
        Assert.False(request.IsAsync || request.IsSilent || request.IncludesSchema || request.UsesOwnerSession);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("yes", true)]
    [InlineData("1", true)]
    [InlineData("no", false)]
    [InlineData("OFF", false)]
    [InlineData("0", false)]
    [InlineData("False", false)]
    [InlineData("", false)]
    public void Read_Flag_IsTrueForAllButThePeersFalses(string value, bool expected) =>
        Assert.Equal(expected, Read(("sql", "x"), ("silence", value)).Request!.IsSilent);

    [Theory]
    [InlineData("sql", " ", "sql_missing", "sql")]
    [InlineData("timeout", "soon", "parameter_invalid", "timeout")]
    [InlineData("timeout", "-2", "parameter_invalid", "timeout")]
    [InlineData("outputSize", "-1", "parameter_invalid", "outputSize")]
    [InlineData("callback", "", "callback_missing", "callback")]
    [InlineData("callback", "file:///etc/passwd", "parameter_invalid", "callback")]
    [InlineData("callback", "/relative", "parameter_invalid", "callback")]
    [InlineData("maxRetries", "1000", "parameter_invalid", "maxRetries")]
    [InlineData("callbackHeader", "[1]", "parameter_invalid", "callbackHeader")]
    [InlineData("callbackHeader", "{\"bad name\":\"x\"}", "parameter_invalid", "callbackHeader")]
    public void Read_BadParameter_NamesItAndWhatItWants(string name, string value, string code, string field)
    {
        var parameters = new Dictionary<string, string>
        {
            ["sql"] = "select 1",
            ["async"] = "true",
            ["callback"] = "http://127.0.0.1:1/",
            [name] = value,
        };

        var problem = JobRequestReader.Read(parameters).Problem!;

        Assert.Equal((400, code, field), (problem.Status, problem.Code, problem.Field));
    }

    [Theory]
    [InlineData("-1", null)]
    [InlineData("0", null)]
    [InlineData("250", 250.0)]
    public void Read_Timeout_IsMilliseconds(string value, double? expected) =>
        Assert.Equal(expected, Read(("sql", "x"), ("timeout", value)).Request!.Timeout?.TotalMilliseconds);

    private static (JobRequest? Request, global::SqlEngine.Problems.Problem? Problem) Read(params (string Name, string Value)[] parameters) =>
        JobRequestReader.Read(parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Value));
}
