using System.Security.Cryptography;
using System.Text;
using ControlPlane.Core.Databases;

namespace ControlPlane.Functions.Databases;

/// <summary>
/// The passwords of engines' accounts. Each is derived from one key, so that none is stored anywhere, and every process
/// that has the key knows all of them.
/// </summary>
/// <param name="key">The key; empty when there is none, and then no engine gets an account.</param>
internal sealed class AccountSecrets(byte[] key)
{
    private const int LeastKeyLength = 16;

    public DatabaseAccount Writer(DatabaseUse use, long epoch) => Account(use.AccountOf(epoch));

    public DatabaseAccount Reader(DatabaseUse use, long epoch) => Account(use.ReaderOf(epoch)) with { IsReadOnly = true };

    private DatabaseAccount Account(string name)
    {
        if (key.Length < LeastKeyLength)
            throw new DatabaseFailedException("There is no secret key to derive the passwords of accounts from. Set CONTROLPLANE_SECRET_KEY in the app's settings.");
        var hash = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"database account {name}"));
        return new DatabaseAccount(name, Convert.ToHexStringLower(hash));
    }
}
