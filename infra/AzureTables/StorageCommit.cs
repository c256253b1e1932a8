using Azure;
using ControlPlane.Core.Storage;
using ControlPlane.Infra.AzureTables.Client;

namespace ControlPlane.Infra.AzureTables;

/// <summary>
/// Carries out one transaction. When the answer to a try is lost, the repetition can meet the work of the first try and
/// be refused by it: an insert finds its own row, a replacement its own new ETag. So a refusal after a lost answer is
/// believed only when no row carries the id of this transaction. Two cases stay open, see docs/adr/0004: rows that
/// others have all written over since, and transactions that only delete.
/// </summary>
internal static class StorageCommit
{
    public static async Task<CommitResult> RunAsync(TableClient table, StorageTransaction transaction, CancellationToken cancellation)
    {
        var lost = new LostAnswer();
        using var watch = lost.Watch();
        var result = await SubmitAsync(table, transaction, cancellation);
        return result is CommitResult.Refused && lost.IsPossible
            ? await RecallAsync(table, transaction, cancellation) ?? result
            : result;
    }

    private static async Task<CommitResult> SubmitAsync(TableClient table, StorageTransaction transaction, CancellationToken cancellation)
    {
        try
        {
            IReadOnlyList<Response> answers = transaction.Actions is [var only]
                ? [await SubmitAsync(table, only, cancellation)]
                : (await table.SubmitTransactionAsync(transaction.Actions, cancellation)).Value;
            return answers is [{ Status: 404 }]
                ? new CommitResult.Refused(0, Refusal.Missing)
                : new CommitResult.Committed([.. answers.Select(answer => answer.Headers.ETag is { } etag ? StorageETag.Opaque(etag) : null)]);
        }
        catch (RequestFailedException failure) when (ReasonOf(failure) is { } reason)
        {
            return new CommitResult.Refused((failure as TableTransactionFailedException)?.FailedTransactionActionIndex ?? 0, reason);
        }
    }

    // One change alone needs no transaction around it, and is cheaper without.
    private static Task<Response> SubmitAsync(TableClient table, TableTransactionAction action, CancellationToken cancellation) =>
        action.ActionType switch
        {
            TableTransactionActionType.Add => table.AddEntityAsync(action.Entity, cancellation),
            TableTransactionActionType.UpsertReplace => table.UpsertEntityAsync(action.Entity, TableUpdateMode.Replace, cancellation),
            TableTransactionActionType.UpdateReplace =>
                table.UpdateEntityAsync(action.Entity, action.ETag, TableUpdateMode.Replace, cancellation),
            _ => table.DeleteEntityAsync(action.Entity.PartitionKey, action.Entity.RowKey, action.ETag, cancellation),
        };

    private static Refusal? ReasonOf(RequestFailedException failure) => failure.ErrorCode switch
    {
        TableErrorCode.EntityAlreadyExists => Refusal.Exists,
        TableErrorCode.ResourceNotFound => Refusal.Missing,
        TableErrorCode.UpdateConditionNotSatisfied => Refusal.Changed,
        _ => null,
    };

    // A row that was written over since gets an ETag that fits none, which is the truth about it.
    private static async Task<CommitResult?> RecallAsync(TableClient table, StorageTransaction transaction, CancellationToken cancellation)
    {
        var isOurs = false;
        List<string?> etags = [];
        foreach (var action in transaction.Actions)
        {
            if (action.ActionType == TableTransactionActionType.Delete)
            {
                etags.Add(null);
                continue;
            }

            var read = await table.GetEntityIfExistsAsync<TableEntity>(
                action.Entity.PartitionKey, action.Entity.RowKey, [StoredEntity.Transaction], cancellation);
            var isUnchanged = read.HasValue && read.Value!.GetString(StoredEntity.Transaction) == transaction.Id;
            etags.Add(isUnchanged ? StorageETag.Opaque(read.Value!.ETag) : StorageETag.OfNoRow);
            isOurs |= isUnchanged;
        }

        return isOurs ? new CommitResult.Committed(etags) : null;
    }
}
