using ControlPlane.Infra.Postgres;
using ControlPlane.TestKit;
using FsCheck;
using FsCheck.Fluent;

namespace ControlPlane.Infra.Tests.Postgres;

/// <summary>Names and text come back from the server as they went in.</summary>
[Collection(PostgresLab.Collection)]
public sealed class SqlTextTests(PostgresLab lab)
{
    [PostgresFact]
    public void Literal_AnyText_IsThatText()
    {
        using var connection = lab.Open("postgres", new("postgres", lab.Options.AdminPassword!));

        Prop.ForAll(Texts.ToArbitrary(), text => connection.Execute($"SELECT {SqlText.Literal(text)}").Scalar == text).QuickCheckThrowOnFailure();
    }

    [PostgresFact]
    public void Literal_AnyTextWithOldStrings_IsThatText()
    {
        using var connection = lab.Open("postgres", new("postgres", lab.Options.AdminPassword!));
        connection.Execute("SET standard_conforming_strings = off; SET escape_string_warning = off");

        Prop.ForAll(Texts.ToArbitrary(), text => connection.Execute($"SELECT {SqlText.Literal(text)}").Scalar == text).QuickCheckThrowOnFailure();
    }

    [PostgresFact]
    public void Identifier_AnyName_IsThatName()
    {
        using var connection = lab.Open("postgres", new("postgres", lab.Options.AdminPassword!));

        Prop.ForAll(Texts.Where(text => text.Length is > 0 and < 15).ToArbitrary(), text => connection.Execute($"SELECT 1 AS {SqlText.Identifier(text)}").Columns[0].Name == text)
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Literal_Nul_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => SqlText.Literal("a\0; DROP TABLE b"));
        Assert.Throws<ArgumentException>(() => SqlText.Identifier("a\0"));
    }

    private static Gen<string> Texts =>
        Gen.Elements('a', 'Z', '\'', '"', '\\', ' ', ';', '-', '$', '\n', 'é', '漢', '%', '{', '}').ListOf().Select(chars => string.Concat(chars));
}
