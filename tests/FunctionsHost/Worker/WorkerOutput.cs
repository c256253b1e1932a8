namespace ControlPlane.FunctionsHost.Worker;

/// <summary>What a handler has written, as the host would log it. Source: functions-custom-handler, section 1.11.</summary>
public sealed class WorkerOutput
{
    private const string SystemLogPrefix = "LanguageWorkerConsoleLog";

    private readonly Lock _gate = new();
    private readonly List<WorkerLine> _lines = [];

    /// <summary>All lines so far.</summary>
    public IReadOnlyList<WorkerLine> Lines
    {
        get
        {
            lock (_gate)
                return [.. _lines];
        }
    }

    /// <summary>Everything in one text, for messages of failed tests.</summary>
    public override string ToString() => string.Join('\n', Lines.Select(line => $"{line.Level}: {line.Text}"));

    internal void AddStandard(string text) => Add(new(LineLevel.Information, text));

    internal void AddError(string text) =>
        Add(new(text.Contains("warn", StringComparison.OrdinalIgnoreCase) ? LineLevel.Warning : LineLevel.Error, text));

    private void Add(WorkerLine line)
    {
        if (line.Text.StartsWith(SystemLogPrefix, StringComparison.OrdinalIgnoreCase))
            return;
        lock (_gate)
            _lines.Add(line);
    }
}

/// <summary>One line.</summary>
/// <param name="Level">How the host logs it.</param>
/// <param name="Text">What it says.</param>
public sealed record WorkerLine(LineLevel Level, string Text);

/// <summary>How the host logs a line.</summary>
public enum LineLevel
{
    /// <summary>Standard output.</summary>
    Information,

    /// <summary>Standard error that mentions a warning.</summary>
    Warning,

    /// <summary>Any other standard error.</summary>
    Error,
}
