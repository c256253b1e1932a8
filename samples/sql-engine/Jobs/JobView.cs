namespace SqlEngine.Jobs;

/// <summary>A job as <c>/runningjobs</c> and callbacks show it, in the peer's shape.</summary>
/// <param name="Owner">Who sent it.</param>
/// <param name="JobType">As sent; script unless said otherwise.</param>
/// <param name="JobName">As sent; may be empty, and need not be unique.</param>
/// <param name="JobContent">The script.</param>
/// <param name="GroupId">The job's id.</param>
/// <param name="Progress">The statement that runs.</param>
/// <param name="StartTime">Milliseconds since 1970.</param>
/// <param name="Timeout">Milliseconds; -1 for none.</param>
internal sealed record JobView(
    string Owner,
    string JobType,
    string JobName,
    string JobContent,
    string GroupId,
    JobProgress Progress,
    long StartTime,
    long Timeout)
{
    public static JobView Of(Job job) => new(
        job.Request.Owner,
        job.Request.JobType,
        job.Request.JobName,
        job.Request.Sql,
        job.GroupId,
        job.Progress,
        job.StartedAt.ToUnixTimeMilliseconds(),
        (long)(job.Request.Timeout?.TotalMilliseconds ?? -1));
}
