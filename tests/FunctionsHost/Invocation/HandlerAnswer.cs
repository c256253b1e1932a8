namespace ControlPlane.FunctionsHost.Invocation;

/// <summary>
/// What a handler answers in payload mode, in the shape into which the host reads it. Reading with the same library
/// brings the same habits: dates in texts become dates, numbers in logs become texts.
/// </summary>
internal sealed class HandlerAnswer
{
    public Dictionary<string, object?>? Outputs { get; set; }

    public List<string>? Logs { get; set; }

    public object? ReturnValue { get; set; }
}
