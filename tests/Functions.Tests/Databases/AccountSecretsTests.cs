using ControlPlane.Core.Databases;
using ControlPlane.Functions.Databases;

namespace ControlPlane.Functions.Tests.Databases;

public sealed class AccountSecretsTests
{
    private static readonly DatabaseUse Use = new("main", "shop", "owner");
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(number => (byte)number)];

    [Fact]
    public void Writer_SameKey_IsTheSameInEveryProcess() =>
        Assert.Equal(new AccountSecrets(Key).Writer(Use, 3), new AccountSecrets([.. Key]).Writer(Use, 3));

    [Fact]
    public void Accounts_OtherEpochKeyOrPurpose_HaveOtherNamesOrPasswords()
    {
        var secrets = new AccountSecrets(Key);
        DatabaseAccount[] accounts = [secrets.Writer(Use, 3), secrets.Writer(Use, 4), secrets.Reader(Use, 3), new AccountSecrets(new byte[32]).Writer(Use, 3)];

        Assert.Equal(4, accounts.Select(account => account.Password).Distinct().Count());
        Assert.Equal(("shop_app_3", "shop_read_3"), (accounts[0].Name, accounts[2].Name));
        Assert.True(accounts[2].IsReadOnly);
        Assert.All(accounts, account => Assert.DoesNotContain(account.Password, account.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void Writer_NoKey_SaysWhatToSet()
    {
        var failure = Assert.Throws<DatabaseFailedException>(() => new AccountSecrets([]).Writer(Use, 1));

        Assert.Contains("CONTROLPLANE_SECRET_KEY", failure.Message, StringComparison.Ordinal);
    }
}
