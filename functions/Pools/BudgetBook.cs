using ControlPlane.Core.Pools;
using ControlPlane.Core.Problems;
using ControlPlane.Functions.Registry;

namespace ControlPlane.Functions.Pools;

/// <summary>What users may do with budgets. One that is lowered below what is in use stops growth and takes nothing away.</summary>
internal sealed class BudgetBook(Registry<Budget> budgets) : IBook<Budget>
{
    public Task<Row<Budget>?> FindAsync(string name, CancellationToken cancellation) => budgets.FindAsync(name, cancellation);

    public Task<Row<Budget>?> FindAsync(int id, CancellationToken cancellation) => budgets.FindAsync(id, cancellation);

    public Task<IReadOnlyList<Row<Budget>>> ListAsync(CancellationToken cancellation) => budgets.ListAsync(cancellation);

    public Task<Result<Row<Budget>>> AddAsync(Budget budget, CancellationToken cancellation) => budgets.AddAsync(budget, cancellation: cancellation);

    public Task<Result<Row<Budget>>> ChangeAsync(string name, string? etag, Budget wanted, CancellationToken cancellation) =>
        budgets.ChangeAsync(name, etag, before => wanted with { Id = before.Id }, cancellation);

    public Task<Result<Row<Budget>>> RemoveAsync(string name, string? etag, CancellationToken cancellation) =>
        budgets.RemoveAsync(name, etag, cancellation: cancellation);
}
