using ControlPlane.Durable.Protocol;

namespace ControlPlane.Durable.Model;

/// <summary>Why an activity or an orchestration failed.</summary>
/// <param name="Type">The kind of failure: the full name of the exception's type.</param>
/// <param name="Message">What happened, for a person.</param>
/// <param name="NonRetriable">True when another attempt cannot help; retry policies then give up at once.</param>
/// <param name="Inner">The failure behind this one.</param>
public sealed record TaskFailure(string Type, string Message, bool NonRetriable = false, TaskFailure? Inner = null)
{
    // A backend reads this type anywhere in a failure as "abort the turn and try again", for ever.
    private const string AbortType = "System.OutOfMemoryException";

    /// <summary>What an exception says, with everything behind it.</summary>
    public static TaskFailure FromException(Exception exception)
    {
        var inner = exception switch
        {
            TaskFailedException failed => failed.Failure,
            { InnerException: { } cause } => FromException(cause),
            _ => null,
        };
        return new(exception.GetType().FullName!, exception.Message, exception is NonRetriableException, inner);
    }

    /// <summary>What the protocol carries. Details may be absent, for example when a sub-orchestration was terminated.</summary>
    public static TaskFailure FromDetails(TaskFailureDetails? details) => details is null
        ? new("TaskFailed", "no details were given")
        : new(
            details.ErrorType,
            details.ErrorMessage,
            details.IsNonRetriable,
            details.InnerFailure is { } inner ? FromDetails(inner) : null);

    /// <summary>The form in which the protocol carries it.</summary>
    public TaskFailureDetails ToDetails() => new()
    {
        ErrorType = Type == AbortType ? nameof(OutOfMemoryException) : Type,
        ErrorMessage = Message,
        IsNonRetriable = NonRetriable,
        InnerFailure = Inner?.ToDetails(),
    };
}
