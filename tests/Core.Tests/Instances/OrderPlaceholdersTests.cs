using ControlPlane.Core.Databases;
using ControlPlane.Core.Instances;
using ControlPlane.Core.Profiles;

namespace ControlPlane.Core.Tests.Instances;

public sealed class OrderPlaceholdersTests
{
    private static readonly StartOrder Bare = new() { Name = "demo-1", Slot = "slot-1", Profile = new EngineProfile { Name = "engine" } };

    private static readonly DatabaseLogin Login = new()
    {
        Address = new DatabaseAddress("postgres", "db.example", 5433),
        Name = "shop",
        File = "/srv/data/access/shop_app_3.db",
        Account = new DatabaseAccount("shop_app_3", "s3cret"),
        Reader = new DatabaseAccount("shop_read_3", "qu1et") { IsReadOnly = true },
    };

    private static readonly StartOrder Full = Bare with { Version = "2", Epoch = 3, Database = Login };

    [Theory]
    [InlineData("version", "2")]
    [InlineData("epoch", "3")]
    [InlineData("database.host", "db.example")]
    [InlineData("database.port", "5433")]
    [InlineData("database.name", "shop")]
    [InlineData("database.file", "/srv/data/access/shop_app_3.db")]
    [InlineData("database.user", "shop_app_3")]
    [InlineData("database.password", "s3cret")]
    [InlineData("database.reader", "shop_read_3")]
    [InlineData("database.readerPassword", "qu1et")]
    [InlineData("port", null)]
    [InlineData("database.other", null)]
    public void ValueOf_OrderWithEverything_IsWhatItSays(string placeholder, string? value) =>
        Assert.Equal(value, Full.ValueOf(placeholder));

    [Fact]
    public void ValueOf_EveryDatabasePlaceholder_IsKnownAndNeedsADatabase()
    {
        Assert.All(Placeholder.OfDatabase, name => Assert.NotNull(Full.ValueOf(name)));
        Assert.All(Placeholder.OfDatabase, name => Assert.Throws<InstanceFailedException>(() => Bare.ValueOf(name)));
    }

    [Fact]
    public void ValueOf_NoDatabase_NamesProfilePlaceholderAndReason()
    {
        var failure = Assert.Throws<InstanceFailedException>(() => Bare.ValueOf("database.host"));

        Assert.Equal("The profile engine needs ${database.host} to start demo-1, and its monitor has no database.", failure.Message);
    }

    [Fact]
    public void ValueOf_NoFile_SaysSo()
    {
        var failure = Assert.Throws<InstanceFailedException>(() => (Full with { Database = Login with { File = null } }).ValueOf("database.file"));

        Assert.EndsWith("and its database is on a server.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ValueOf_NoReader_SaysSo()
    {
        var failure = Assert.Throws<InstanceFailedException>(() => (Full with { Database = Login with { Reader = null } }).ValueOf("database.reader"));

        Assert.EndsWith("and its database has no account that may only read.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ValueOf_NoVersion_IsTheProfilesOrAFailure()
    {
        var profile = Bare.Profile with { Version = "1" };

        Assert.Equal("1", (Bare with { Profile = profile }).ValueOf("version"));
        Assert.Equal("2", (Full with { Profile = profile }).ValueOf("version"));
        Assert.Contains("nobody has said the version", Assert.Throws<InstanceFailedException>(() => Bare.ValueOf("version")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CommandOver_Migrator_IsTheMigrationsOrElseTheUsual()
    {
        var profile = Bare.Profile with { Migration = new Migration { Command = ["migrate"] } };

        Assert.Equal(["migrate"], (Bare with { Profile = profile, IsMigrator = true }).CommandOver(["serve"]));
        Assert.Equal(["serve"], (Bare with { Profile = profile }).CommandOver(["serve"]));
        Assert.Equal(["serve"], (Bare with { IsMigrator = true }).CommandOver(["serve"]));
    }

    [Fact]
    public void ToString_OrderWithEverything_HoldsNoPassword()
    {
        Assert.DoesNotContain("s3cret", Full.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("qu1et", Full.ToString(), StringComparison.Ordinal);
        Assert.Equal("postgres shop at db.example:5433 as shop_app_3", Login.ToString());
    }
}
