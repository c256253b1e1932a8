using System.Text;
using ControlPlane.Functions.Signals;
using FsCheck;
using FsCheck.Fluent;

namespace ControlPlane.Functions.Tests.Signals;

public sealed class PromQlAnswerTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_000);

    [Theory]
    [InlineData("""{"resultType":"vector","result":[{"metric":{"job":"a"},"value":[990.5,"12.5"]}]}""", 12.5, true, -9.5)]
    [InlineData("""{"resultType":"scalar","result":[990,"3e2"]}""", 300.0, true, -10)]
    [InlineData("""{"resultType":"vector","result":[{"metric":{},"value":[1000,"0"]}]}""", 0.0, false, 0)]
    [InlineData("""{"resultType":"vector","result":[{"metric":{},"value":[1000,"-0.5"]}]}""", -0.5, true, 0)]
    [InlineData("""{"resultType":"vector","result":[{"metric":{},"value":[5000,"1"]}]}""", 1.0, true, 0)]
    [InlineData("""{"resultType":"scalar","result":[999,"NaN"]}""", null, null, -1)]
    [InlineData("""{"resultType":"scalar","result":[999,"+Inf"]}""", null, true, -1)]
    [InlineData("""{"resultType":"scalar","result":[999,"-Inf"]}""", null, true, -1)]
    [InlineData("""{"resultType":"vector","result":[]}""", null, false, 0)]
    public void Read_AnAnswer_IsTheValueWithItsOwnTime(string data, double? number, bool? truth, double seconds)
    {
        var answer = Read($$"""{"status":"success","data":{{data}},"warnings":["w"]}""");

        Assert.Equal((null, number, truth, Now.AddSeconds(seconds)), (answer.Fault, answer.Number, answer.Truth, answer.At));
    }

    [Theory]
    [InlineData("""{"status":"error","errorType":"bad_data","error":"secret"}""", "it could not work out the query")]
    [InlineData("""{"status":"maybe","data":{"resultType":"scalar","result":[1,"1"]}}""", "its answer is not one of Prometheus")]
    [InlineData("""{"data":{"resultType":"scalar","result":[1,"1"]}}""", "its answer is not one of Prometheus")]
    [InlineData("""{"status":"success"}""", "its answer is not one of Prometheus")]
    [InlineData("""{"status":"success","data":[]}""", "its answer is not one of Prometheus")]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":{}}}""", "its answer is not one of Prometheus")]
    [InlineData("""{"status":"success","data":{"resultType":"matrix","result":[{"values":[[1,"1"]]}]}}""", "the query gives neither a vector nor a scalar")]
    [InlineData("""{"status":"success","data":{"resultType":"string","result":[1,"1"]}}""", "the query gives neither a vector nor a scalar")]
    [InlineData("""{"status":"success","data":{"result":[1,"1"]}}""", "the query gives neither a vector nor a scalar")]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"value":[1,"1"]},{"value":[1,"2"]}]}}""", "the query gives 2 series instead of one; put sum(), max() or avg() around it")]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"histogram":[1,{}]}]}}""", "its answer holds no sample with a number")]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[null]}}""", "its answer holds no sample with a number")]
    [InlineData("""{"status":"success","data":{"resultType":"scalar","result":[]}}""", "its answer holds no sample with a number")]
    [InlineData("""{"status":"success","data":{"resultType":"scalar","result":[1,1]}}""", "its answer holds no sample with a number")]
    [InlineData("""{"status":"success","data":{"resultType":"scalar","result":["1","1"]}}""", "its answer holds no sample with a number")]
    [InlineData("""{"status":"success","data":{"resultType":"scalar","result":[1,"one"]}}""", "its answer holds no sample with a number")]
    [InlineData("""{"status":"success","data":{"resultType":"scalar","result":[1,"1,5"]}}""", "its answer holds no sample with a number")]
    [InlineData("""{"status":"success","data":{"resultType":"scalar","result":[1,""]}}""", "its answer holds no sample with a number")]
    [InlineData("""{"status":"success","data":{"resultType":"scalar","result":[1,"1e999"]}}""", "its answer holds no sample with a number")]
    [InlineData("""{"status":"success","data":{"resultType":"scalar","result":[-1,"1"]}}""", "its answer holds no sample with a number")]
    [InlineData("""{"status":"success","data":{"resultType":"scalar","result":[1e300,"1"]}}""", "its answer holds no sample with a number")]
    [InlineData("""{"status":"success","data":{"resultType":"scalar","result":[1,"\ud800"]}}""", "its answer is no JSON")]
    [InlineData("""[]""", "its answer is not one of Prometheus")]
    [InlineData("""null""", "its answer is not one of Prometheus")]
    [InlineData("""<html>""", "its answer is no JSON")]
    [InlineData("""{"status":"success",""", "its answer is no JSON")]
    [InlineData("", "its answer is no JSON")]
    public void Read_Garbage_IsAFaultWithoutItsText(string body, string fault)
    {
        var answer = Read(body);

        Assert.Equal((fault, null, null), (answer.Fault, answer.Number, answer.Truth));
    }

    [Fact]
    public void Read_DeepNesting_IsAFault() => Assert.NotNull(Read(new string('[', 10_000)).Fault);

    [Fact]
    public void Read_AnyBytes_NeverFails() => Prop.ForAll(
        ArbMap.Default.ArbFor<byte[]>(),
        bytes => SourceAnswer.Parse(bytes, root => PromQlAnswer.Read(root, Now), Now).At == Now).QuickCheckThrowOnFailure();

    private static SourceAnswer Read(string body) => SourceAnswer.Parse(Encoding.UTF8.GetBytes(body), root => PromQlAnswer.Read(root, Now), Now);
}
