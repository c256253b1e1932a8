using ControlPlane.Infra.ProfileFiles;

namespace ControlPlane.Infra.Tests.ProfileFiles;

public sealed class ProfileFolderTests
{
    [Fact]
    public void Parse_EverySection_IsTaken()
    {
        var profile = ProfileFolder.Parse("small.yaml", """
            name: small
            description: An engine.
            version: 2.1
            maxJobs: 7
            health: { path: /up, intervalSeconds: 0.5, timeoutSeconds: 1.5, rise: 1, fall: 4 }
            load: { path: /load, intervalSeconds: 3, timeoutSeconds: 1, staleAfterSeconds: 9, versionPointer: /build/version }
            drain: { begin: /drain, cancel: /undrain }
            requests: { connectTimeoutSeconds: 2, responseTimeoutSeconds: 60 }
            reads: { methods: [GET], parameter: sql, prefixes: [select, values] }
            local:
              command: [small, --port, "${port}"]
              environment: { MODE: quick }
              bootDeadlineSeconds: 5
              stopGraceSeconds: 0
            ssh:
              command: ["${sparkHome}/bin/submit", "${mainJar}"]
              environment: { MODE: quick }
              mlsqlConfig: { master: local }
              mainJar: ${mlsqlHome}/main/*.jar
              port: 9003
              bootDeadlineSeconds: 7
              stopGraceSeconds: 3
            migration:
              command: [small, migrate, "${version}"]
              deadlineSeconds: 90
              preview: true
            """);

        Assert.Equal(("small", "An engine.", 7), (profile.Name, profile.Description, profile.MaxJobs));
        Assert.Equal(("/up", 0.5, 1.5, 1, 4), (profile.Health.Path, profile.Health.Interval.TotalSeconds, profile.Health.Timeout.TotalSeconds, profile.Health.Rise, profile.Health.Fall));
        Assert.Equal(("/load", 3, 1, 9), (profile.Load!.Path, profile.Load.Interval.TotalSeconds, profile.Load.Timeout.TotalSeconds, profile.Load.StaleAfter.TotalSeconds));
        Assert.Equal("/build/version", profile.Load.VersionPointer);
        Assert.Equal(("/drain", "/undrain"), (profile.Drain!.Begin, profile.Drain.Cancel));
        Assert.Equal((2, 60), (profile.Requests.ConnectTimeout.TotalSeconds, profile.Requests.ResponseTimeout.TotalSeconds));
        Assert.Equal("sql", profile.Reads!.Parameter);
        Assert.Equal(["GET", "select", "values"], profile.Reads.Methods.Concat(profile.Reads.Prefixes));
        Assert.Equal(["small", "--port", "${port}"], profile.Local!.Command);
        Assert.Equal("quick", profile.Local.Environment["MODE"]);
        Assert.Equal((5, 0), (profile.Local.BootDeadline.TotalSeconds, profile.Local.StopGrace.TotalSeconds));
        Assert.Equal(["${sparkHome}/bin/submit", "${mainJar}"], profile.Ssh!.Command);
        Assert.Equal(("quick", "local", "${mlsqlHome}/main/*.jar"), (profile.Ssh.Environment["MODE"], profile.Ssh.MlsqlConfig["master"], profile.Ssh.MainJar));
        Assert.Equal("2.1", profile.Version);
        Assert.Equal(["small", "migrate", "${version}"], profile.Migration.Command);
        Assert.Equal((TimeSpan.FromSeconds(90), true), (profile.Migration.Deadline, profile.Migration.CanPreview));
        Assert.Equal((9003, 7, 3), (profile.Ssh.Port, profile.Ssh.BootDeadline.TotalSeconds, profile.Ssh.StopGrace.TotalSeconds));
    }

    [Theory]
    [InlineData("")]
    [InlineData("# only a comment\n")]
    [InlineData("{}")]
    public void Parse_Nothing_TakesTheDefaults(string text)
    {
        var profile = ProfileFolder.Parse("small.yaml", text);

        Assert.Equal(("small", 64, 2, 3), (profile.Name, profile.MaxJobs, profile.Health.Rise, profile.Health.Fall));
        Assert.Equal(TimeSpan.FromHours(12), profile.Requests.ResponseTimeout);
        Assert.Null(profile.Health.Path);
        Assert.Null(profile.Load);
        Assert.Null(profile.Drain);
        Assert.Null(profile.Local);
        Assert.Null(profile.Version);
        Assert.Null(profile.Migration.Command);
        Assert.Equal((TimeSpan.FromHours(1), false), (profile.Migration.Deadline, profile.Migration.CanPreview));
    }

    [Theory]
    [InlineData("maxJobs: 1\nmaxjobs: 2", 2, "maxjobs")]
    [InlineData("health:\n  paths: /up", 2, "paths")]
    [InlineData("maxJobs: many", 1, "many")]
    [InlineData("maxJobs: 1.5", 1, "1.5")]
    [InlineData("description: a\nhealth: [1]", 2, "")]
    [InlineData("local:\n  command: small", 2, "")]
    [InlineData("maxJobs: 1\nmaxJobs: 2", 2, "maxJobs")]
    [InlineData("health: {\n", 2, "")]
    public void Parse_WhatIsNoProfile_NamesFileLineAndWord(string text, int line, string word)
    {
        var failure = Assert.Throws<ProfileException>(() => ProfileFolder.Parse("small.yaml", text));

        Assert.StartsWith($"small.yaml, line {line}: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(word, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("name: big", "name is \"big\", but the file's name says \"small\". Make them the same, or leave it out.")]
    [InlineData("maxJobs: 0", "maxJobs is 0. Give a whole number from 1 to 100000.")]
    [InlineData("maxJobs: 100001", "maxJobs is 100001. Give a whole number from 1 to 100000.")]
    [InlineData("health: { rise: 0 }", "health.rise is 0. Give a whole number from 1 to 100.")]
    [InlineData("health: { fall: 101 }", "health.fall is 101. Give a whole number from 1 to 100.")]
    [InlineData("health: { intervalSeconds: 0.05 }", "health.intervalSeconds is 0.05. Give a number of seconds from 0.1 to 3600.")]
    [InlineData("health: { intervalSeconds: .nan }", "health.intervalSeconds is NaN. Give a number of seconds from 0.1 to 3600.")]
    [InlineData("health: { timeoutSeconds: 61 }", "health.timeoutSeconds is 61. Give a number of seconds from 0.05 to 60.")]
    [InlineData("health: { path: up }", "health.path must be a path that begins with a slash, such as /health.")]
    [InlineData("load: { intervalSeconds: 1 }", "load.path must be a path that begins with a slash, such as /health.")]
    [InlineData("load: { path: /a, versionPointer: version }", "load.versionPointer must be a JSON pointer, such as /version.")]
    [InlineData("drain: { cancel: /a }", "drain.begin must be a path that begins with a slash, such as /health.")]
    [InlineData("drain: { begin: /a b }", "drain.begin must be a path that begins with a slash, such as /health.")]
    [InlineData("requests: { connectTimeoutSeconds: -1 }", "requests.connectTimeoutSeconds is -1. Give a number of seconds from 0.05 to 600.")]
    [InlineData("reads: {}", "reads says nothing. Give methods, or a parameter and prefixes, or leave it out.")]
    [InlineData("reads: { parameter: sql }", "reads.prefixes is missing. Give both, such as parameter: sql and prefixes: [select].")]
    [InlineData("reads: { methods: [GET], prefixes: [select] }", "reads.parameter is missing. Give both, such as parameter: sql and prefixes: [select].")]
    [InlineData("reads: { methods: ['GET '] }", "reads.methods must be a list of words of the letters A to Z, such as [GET].")]
    [InlineData("reads: { parameter: sql, prefixes: [select 1] }", "reads.prefixes must be a list of words of the letters A to Z, such as [select].")]
    [InlineData("local: { command: [] }", "local.command is missing. Give a list: the program, then each argument.")]
    [InlineData("local: { stopGraceSeconds: 1 }", "local.command is missing. Give a list: the program, then each argument.")]
    [InlineData("local: { command: [a], bootDeadlineSeconds: 0 }", "local.bootDeadlineSeconds is 0. Give a number of seconds from 1 to 21600.")]
    [InlineData("ssh: { port: 1 }", "ssh.command is missing. Give a list: the program, then each argument.")]
    [InlineData("ssh: { command: [a], port: 0 }", "ssh.port is 0. Give a whole number from 1 to 65535.")]
    [InlineData("ssh: { command: [a], bootDeadlineSeconds: 0 }", "ssh.bootDeadlineSeconds is 0. Give a number of seconds from 1 to 21600.")]
    [InlineData("ssh: { command: [a, '${mainJar}'] }", "ssh.mainJar is missing, and the command has ${mainJar}.")]
    [InlineData("ssh: { command: [a], mainJar: '/m/$(x)' }", "ssh.mainJar is \"/m/$(x)\". Give a full path whose last part holds only letters, digits, and the characters . _ - *, such as ${mlsqlHome}/main/*.jar.")]
    [InlineData("ssh: { command: [a], environment: { 'A B': c } }", "ssh.environment has the name \"A B\". Use letters, digits and _, and begin neither with a digit nor with cp_.")]
    [InlineData("ssh: { command: [a], environment: { A: } }", "ssh.environment has no value for A.")]
    [InlineData("ssh: { command: [a], mlsqlConfig: { master: } }", "ssh.mlsqlConfig has no value for master.")]
    [InlineData("ssh: { command: [a], mlsqlConfig: { '': b } }", "ssh.mlsqlConfig has an empty key.")]
    [InlineData("migration: { command: [] }", "migration.command is missing. Give a list: the program, then each argument.")]
    [InlineData("migration: { deadlineSeconds: 86401 }", "migration.deadlineSeconds is 86401. Give a number of seconds from 1 to 86400.")]
    [InlineData("local: { command: [a, '--password=${database.password}'] }", "local.command has ${database.password}. Put it into the environment: other users of the machine can read command lines.")]
    [InlineData("ssh: { command: ['${database.readerPassword}'] }", "ssh.command has ${database.readerPassword}. Put it into the environment: other users of the machine can read command lines.")]
    [InlineData("ssh: { command: [a], mlsqlConfig: { p: '${database.password}' } }", "ssh.mlsqlConfig has ${database.password}. Put it into the environment: other users of the machine can read command lines.")]
    [InlineData("migration: { command: ['${database.password}'] }", "migration.command has ${database.password}. Put it into the environment: other users of the machine can read command lines.")]
    [InlineData("local: { command: [a], environment: { A: } }", "local.environment has no value for A.")]
    [InlineData("local: { command: [a], environment: { A: '${database.pasword}' } }", "local.environment has ${database.pasword}. There are database.host, database.port, database.name, database.file, database.user, database.password, database.reader, database.readerPassword.")]
    public void Parse_ValueThatIsNotAllowed_NamesFileFieldAndFix(string text, string message) =>
        Assert.Equal($"small.yaml: {message}", Assert.Throws<ProfileException>(() => ProfileFolder.Parse("small.yaml", text)).Message);

    [Fact]
    public void Parse_SeveralFaults_AreAllNamed()
    {
        var failure = Assert.Throws<ProfileException>(() => ProfileFolder.Parse("small.yaml", "name: big\nmaxJobs: 0\nhealth: { path: up }"));

        Assert.All(["name is", "maxJobs is", "health.path must"], part => Assert.Contains(part, failure.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Read_SeveralFolders_LaterOnesGoFirstAndMissingOnesDoNotCount()
    {
        var folder = Directory.CreateTempSubdirectory("profiles-").FullName;
        var (shipped, own) = (Directory.CreateDirectory(Path.Combine(folder, "a")).FullName, Directory.CreateDirectory(Path.Combine(folder, "b")).FullName);
        File.WriteAllText(Path.Combine(shipped, "x.yaml"), "maxJobs: 1");
        File.WriteAllText(Path.Combine(shipped, "y.yaml"), "maxJobs: 2");
        File.WriteAllText(Path.Combine(own, "x.yaml"), "maxJobs: 3");
        File.WriteAllText(Path.Combine(own, "notes.txt"), "no profile");

        var profiles = ProfileFolder.Read([shipped, own, Path.Combine(folder, "none")]);

        Directory.Delete(folder, recursive: true);
        Assert.Equal([("x", 3), ("y", 2)], profiles.Select(profile => (profile.Name, profile.MaxJobs)));
    }

    [Fact]
    public void Read_ShippedProfiles_AllParse()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "ControlPlane.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("No folder above this assembly holds ControlPlane.sln.");
        var shipped = Path.Combine(folder, "profiles");

        var profiles = ProfileFolder.Read([shipped]);

        Assert.Equal(Directory.GetFiles(shipped, "*.yaml").Length, profiles.Count);
        Assert.Subset(profiles.Select(profile => profile.Name).ToHashSet(), new HashSet<string> { "generic", "looker", "mlsql", "sql-engine", "sql-engine-file", "sql-engine-pg" });
    }
}
