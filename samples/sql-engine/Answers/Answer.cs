using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SqlEngine.Answers;

/// <summary>
/// A JSON answer while it grows. The first part is held back, so that a script which fails early can still answer with
/// an error; from then on full parts go out as they come.
/// </summary>
/// <param name="send">Takes a full part, and returns when it is sent; null to hold all in memory, up to a bound.</param>
internal sealed class Answer(Action<ReadOnlyMemory<byte>>? send) : IDisposable
{
    /// <summary>The most that is held when nothing can be sent, in bytes.</summary>
    public const int MostHeldBytes = 16 * 1024 * 1024;

    private const int PartBytes = 64 * 1024;

    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    private readonly ArrayBufferWriter<byte> _buffer = new();
    private Utf8JsonWriter? _json;

    public Utf8JsonWriter Json => _json ??= new Utf8JsonWriter(_buffer, Options);

    /// <summary>True once a part is sent: from then on an error can only cut the answer short.</summary>
    public bool HasSent { get; private set; }

    /// <summary>What is not sent yet.</summary>
    public ReadOnlyMemory<byte> Rest
    {
        get
        {
            Json.Flush();
            return _buffer.WrittenMemory;
        }
    }

    /// <summary>Marks a place where the answer may be cut into parts.</summary>
    /// <exception cref="AnswerTooLargeException">The held answer is over its bound.</exception>
    public void EndRow()
    {
        var held = _buffer.WrittenCount + Json.BytesPending;
        if (held < PartBytes)
            return;
        if (send is null)
        {
            if (held > MostHeldBytes)
                throw new AnswerTooLargeException();
            return;
        }

        send(Rest);
        HasSent = true;
        _buffer.ResetWrittenCount();
    }

    public void Dispose() => _json?.Dispose();
}
