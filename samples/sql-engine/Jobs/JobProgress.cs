namespace SqlEngine.Jobs;

/// <summary>How far a script is, in the peer's words.</summary>
/// <param name="TotalJob">Its statements.</param>
/// <param name="CurrentJobIndex">The statement that runs, from 1; 0 before the first.</param>
/// <param name="Script">The text of that statement.</param>
internal sealed record JobProgress(int TotalJob, int CurrentJobIndex, string Script);
