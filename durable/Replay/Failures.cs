using ControlPlane.Durable.Model;
using ControlPlane.Durable.Protocol;

namespace ControlPlane.Durable.Replay;

/// <summary>Failures between what authors see and what the protocol carries.</summary>
internal static class Failures
{
    // A backend reads this type anywhere in a failure as "abort the turn and try again", for ever.
    private const string AbortType = "System.OutOfMemoryException";

    /// <summary>What an exception says, with everything behind it.</summary>
    public static TaskFailure FromException(Exception exception)
    {
        var inner = exception is TaskFailedException failed ? failed.Failure : exception.InnerException is { } cause ? FromException(cause) : null;
        return new(TypeOf(exception), exception.Message, exception is NonRetriableException, inner);
    }

    /// <summary>Details may be absent, for example when a child was terminated.</summary>
    public static TaskFailure FromDetails(TaskFailureDetails? details) => details is null
        ? new("TaskFailed", "no details were given")
        : new(
            details.ErrorType,
            details.ErrorMessage,
            details.IsNonRetriable,
            details.InnerFailure is { } inner ? FromDetails(inner) : null);

    public static TaskFailureDetails ToDetails(TaskFailure failure) => new()
    {
        ErrorType = failure.Type == AbortType ? nameof(OutOfMemoryException) : failure.Type,
        ErrorMessage = failure.Message,
        IsNonRetriable = failure.NonRetriable,
        InnerFailure = failure.Inner is { } inner ? ToDetails(inner) : null,
    };

    private static string TypeOf(Exception exception) => exception.GetType().FullName ?? exception.GetType().Name;
}
