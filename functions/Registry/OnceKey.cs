using System.Security.Cryptography;
using System.Text;
using ControlPlane.Core.Problems;

namespace ControlPlane.Functions.Registry;

/// <summary>A caller's Idempotency-Key with a hash of the request it came with.</summary>
internal sealed record OnceKey(string Key, string RequestHash)
{
    private const int MaxLength = 128;

    /// <summary>This, or null when the request came with none.</summary>
    public OnceKey? OrNone => Key.Length == 0 ? null : this;

    /// <summary>Reads the key of a request; an empty one stands for none.</summary>
    /// <param name="request">The request.</param>
    /// <param name="text">What it asks for, as text: the same for the same request.</param>
    public static Result<OnceKey> Read(HttpRequest request, string text)
    {
        var key = request.Headers["Idempotency-Key"].ToString();
        if (key.Length > MaxLength || key.Any(c => c is < ' ' or > '~'))
            return Problem.Invalid("Idempotency-Key", $"must have at most {MaxLength} printable ASCII characters; a UUID is usual.");
        return new OnceKey(key, Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
    }
}

/// <summary>What a request with an Idempotency-Key did, kept so that the same request gets the same answer.</summary>
internal sealed record OnceRecord(string RequestHash, string Name, DateTimeOffset At)
{
    public static TimeSpan Kept { get; } = TimeSpan.FromHours(24);
}
