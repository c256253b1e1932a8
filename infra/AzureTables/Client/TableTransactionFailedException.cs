using Azure;

namespace ControlPlane.Infra.AzureTables.Client;

/// <summary>One action of a transaction was refused, and none was made.</summary>
public sealed class TableTransactionFailedException : RequestFailedException
{
    /// <summary>Says which action failed.</summary>
    /// <param name="requestFailedException">The failure of the action.</param>
    /// <param name="failedTransactionActionIndex">Its position in the transaction.</param>
    internal TableTransactionFailedException(RequestFailedException requestFailedException, int? failedTransactionActionIndex)
        : base(
            requestFailedException.Status,
            requestFailedException.Message,
            requestFailedException.ErrorCode,
            requestFailedException.InnerException) =>
        FailedTransactionActionIndex = failedTransactionActionIndex;

    /// <summary>The position of the action that failed, counted from 0; null when the service did not say.</summary>
    public int? FailedTransactionActionIndex { get; }
}
