using System.Buffers;
using System.Text;

namespace ControlPlane.Infra.AzureTables;

/// <summary>Text that can be written as UTF-8 and read back: each half of a surrogate pair has its other half.</summary>
internal static class WellFormedText
{
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
