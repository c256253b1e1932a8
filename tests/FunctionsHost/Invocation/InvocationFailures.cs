namespace ControlPlane.FunctionsHost.Invocation;

/// <summary>A function that failed.</summary>
/// <param name="function">Its name.</param>
/// <param name="cause">Why.</param>
public sealed class FunctionInvocationException(string function, Exception cause)
    : Exception($"Exception while executing function: Functions.{function}", cause)
{
    /// <summary>The type under which it appears in histories.</summary>
    public const string TypeName = "Microsoft.Azure.WebJobs.Host.FunctionInvocationException";
}

/// <summary>A function that took longer than the functionTimeout: its handler has been killed.</summary>
/// <param name="function">Its name.</param>
/// <param name="limit">The functionTimeout.</param>
public sealed class FunctionTimeoutException(string function, TimeSpan limit)
    : Exception($"Timeout value of {limit} was exceeded by function: Functions.{function}")
{
    /// <summary>The type under which it appears in histories.</summary>
    public const string TypeName = "Microsoft.Azure.WebJobs.Host.FunctionTimeoutException";
}
