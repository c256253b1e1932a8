using ControlPlane.Core.Databases;
using ControlPlane.Infra.DatabaseFile;

namespace ControlPlane.Infra.Tests.DatabaseFile;

public sealed class DatabaseListTests
{
    [Fact]
    public void Parse_Servers_ReadsEachWithItsDefaults()
    {
        var servers = DatabaseList.Parse(
            """
            main:
              kind: postgres
              host: db.example
              user: admin
              password: "a b"
            second: {kind: postgres, host: /run/postgresql, port: 6000, user: postgres}
            files: {kind: sqlite, folder: /srv/data/}
            """);

        Assert.Equal(
            [
                new DatabaseEntry("main", new DatabaseAddress("postgres", "db.example", 5432), "admin", "a b"),
                new DatabaseEntry("second", new DatabaseAddress("postgres", "/run/postgresql", 6000), "postgres", ""),
                new DatabaseEntry("files", new DatabaseAddress("sqlite", "/srv/data", 0), "", ""),
            ],
            servers);
    }

    [Fact]
    public void Parse_Empty_IsNone() => Assert.Empty(DatabaseList.Parse(""));

    [Theory]
    [InlineData("main: {kind: oracle, host: a, user: b}", "main: kind is not known. Known: postgres, sqlite")]
    [InlineData("main: {kind: postgres, user: b}", "main: host is missing. Give a name, an address, or the folder of a local socket")]
    [InlineData("main: {kind: postgres, host: a}", "main: user is missing. Give the account of this control plane on the server")]
    [InlineData("main: {kind: postgres, host: a, user: b, port: 70000}", "main: port is 70000. Give a number from 1 to 65535")]
    [InlineData("main:", "main: kind is not known. Known: postgres, sqlite")]
    [InlineData("main: {kind: postgres, host: a, user: b, folder: /c}", "main: folder means nothing for a server. Remove it")]
    [InlineData("files: {kind: sqlite}", "files: folder is not a path that begins with /. Give the folder of the database files, such as /srv/data")]
    [InlineData("files: {kind: sqlite, folder: data}", "files: folder is not a path that begins with /. Give the folder of the database files, such as /srv/data")]
    [InlineData("files: {kind: sqlite, folder: /a, host: b}", "files: host means nothing for files. Remove it")]
    [InlineData("files: {kind: sqlite, folder: /a, port: 1}", "files: port means nothing for files. Remove it")]
    [InlineData("files: {kind: sqlite, folder: /a, password: b}", "files: password means nothing for files. Remove it")]
    public void Parse_OneFieldIsWrong_NamesServerFieldAndFix(string text, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => DatabaseList.Parse(text)).Message);

    [Theory]
    [InlineData("main: {kind: postgres, passwort: secret123}")]
    [InlineData("main: [secret123")]
    [InlineData("main: {kind: postgres}\nmain: {password: secret123}")]
    public void Parse_NoSuchFile_SaysTheLineAndNoSecret(string text)
    {
        var message = Assert.Throws<FormatException>(() => DatabaseList.Parse(text)).Message;

        Assert.StartsWith("line ", message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret123", message, StringComparison.Ordinal);
    }

    [Fact]
    public void ToString_Folder_IsItsPath() =>
        Assert.Equal("files: sqlite at /srv/data", new DatabaseEntry("files", new DatabaseAddress("sqlite", "/srv/data", 0), "", "").ToString());

    [Fact]
    public void ToString_Entry_HoldsNoPassword() =>
        Assert.DoesNotContain("secret123", new DatabaseEntry("main", new DatabaseAddress("postgres", "a", 1), "b", "secret123").ToString(), StringComparison.Ordinal);
}
