using System.Buffers;
using System.Text;

namespace ControlPlane.Core.Storage;

/// <summary>Text that can be written as UTF-8 and read back: each half of a surrogate pair has its other half.</summary>
public static class WellFormedText
{
    /// <summary>Whether it is such text.</summary>
    public static bool Is(ReadOnlySpan<char> text)
    {
        while (text.Length > 0)
        {
            if (Rune.DecodeFromUtf16(text, out _, out var length) != OperationStatus.Done)
                return false;
            text = text[length..];
        }

        return true;
    }
}
