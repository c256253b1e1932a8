using System.Security.Cryptography;
using System.Text;

namespace ControlPlane.Infra.AzureTables.Client;

/// <summary>The name and a key of a storage account.</summary>
public sealed class TableSharedKeyCredential
{
    private readonly byte[] _key;

    /// <summary>Takes a key as the portal shows it.</summary>
    /// <param name="accountName">The storage account.</param>
    /// <param name="accountKey">One of its two keys, base64.</param>
    /// <exception cref="ArgumentException">The key is not base64; the message does not repeat it.</exception>
    public TableSharedKeyCredential(string accountName, string accountKey)
    {
        ArgumentException.ThrowIfNullOrEmpty(accountName);
        ArgumentException.ThrowIfNullOrEmpty(accountKey);
        _key = new byte[accountKey.Length];
        if (!Convert.TryFromBase64String(accountKey, _key, out var length))
            throw new ArgumentException("The account key is not base64.", nameof(accountKey));
        _key = _key[..length];
        AccountName = accountName;
    }

    /// <summary>The storage account.</summary>
    public string AccountName { get; }

    internal string Sign(string text) => Convert.ToBase64String(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(text)));
}
