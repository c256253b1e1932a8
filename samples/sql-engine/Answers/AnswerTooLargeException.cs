namespace SqlEngine.Answers;

/// <summary>An answer that has to be held in memory grew past its bound.</summary>
internal sealed class AnswerTooLargeException : Exception;
