using SqlEngine.Instance;

namespace ControlPlane.SqlEngine.Tests.Instance;

public sealed class MemoryLimitTests : IDisposable
{
    private const long Machine = 8_000_000L * 1024;

    private readonly string _root = Directory.CreateTempSubdirectory("sql-engine-memory-").FullName;

    public MemoryLimitTests() => Write("proc/meminfo", "MemTotal:        8000000 kB\nMemFree: 1 kB");

    [Fact]
    public void ReadBytes_NoControlGroup_IsTheMachine() => Assert.Equal(Machine, MemoryLimit.ReadBytes(_root));

    [Theory]
    [InlineData("sys/fs/cgroup/memory.max", "1048576", 1_048_576)]
    [InlineData("sys/fs/cgroup/memory.max", "max", Machine)]
    [InlineData("sys/fs/cgroup/own/memory.max", "2097152", 2_097_152)]
    [InlineData("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712", Machine)]
    [InlineData("sys/fs/cgroup/memory/memory.limit_in_bytes", "4194304", 4_194_304)]
    public void ReadBytes_ControlGroup_IsTheLeastLimit(string file, string content, long expected)
    {
        Write("proc/self/cgroup", "0::/own");
        Write(file, content + "\n");

        Assert.Equal(expected, MemoryLimit.ReadBytes(_root));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void Write(string file, string content)
    {
        var path = Path.Combine(_root, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }
}
