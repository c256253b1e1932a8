using System.Buffers;

namespace ControlPlane.Functions.Router.Forwarding;

/// <summary>The character classes of HTTP/1.1 (RFC 9110 section 5.6, RFC 9112 section 2.2).</summary>
internal static class Http1Text
{
    private const string Token = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private static readonly SearchValues<char> TokenChars = SearchValues.Create(Token);
    private static readonly SearchValues<byte> TokenBytes = SearchValues.Create([.. Token.Select(c => (byte)c)]);

    // All control characters but the tab: CR, LF and NUL would let a value become another header, or another message.
    private static readonly byte[] Controls = [.. Enumerable.Range(0, 32).Where(c => c != '\t').Select(c => (byte)c), 127];
    private static readonly SearchValues<byte> ControlBytes = SearchValues.Create(Controls);
    private static readonly SearchValues<char> ControlChars = SearchValues.Create([.. Controls.Select(c => (char)c)]);

    // A target holds neither blanks nor controls: each would end the request line early.
    private static readonly SearchValues<char> NotInTarget = SearchValues.Create([.. Controls.Select(c => (char)c), ' ', '\t']);

    /// <summary>Whether this can be a method or the name of a header.</summary>
    public static bool IsToken(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExcept(TokenChars);

    /// <inheritdoc cref="IsToken(ReadOnlySpan{char})"/>
    public static bool IsToken(ReadOnlySpan<byte> text) => !text.IsEmpty && !text.ContainsAnyExcept(TokenBytes);

    /// <summary>Whether this one byte can be part of the name of a header.</summary>
    public static bool IsTokenByte(byte value) => TokenBytes.Contains(value);

    /// <summary>Whether this can be the value of a header.</summary>
    public static bool IsValue(ReadOnlySpan<char> text) => !text.ContainsAny(ControlChars);

    /// <inheritdoc cref="IsValue(ReadOnlySpan{char})"/>
    public static bool IsValue(ReadOnlySpan<byte> text) => !text.ContainsAny(ControlBytes);

    /// <summary>Whether this can stand between the method and the version of a request line.</summary>
    public static bool IsTarget(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAny(NotInTarget);
}
