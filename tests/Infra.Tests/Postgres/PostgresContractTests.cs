using ControlPlane.Core.Databases;
using ControlPlane.Infra.Postgres.Client;
using ControlPlane.Infra.Tests.Contracts;
using ControlPlane.TestKit;

namespace ControlPlane.Infra.Tests.Postgres;

/// <summary>The contract on a real PostgreSQL.</summary>
[Collection(PostgresLab.Collection)]
public sealed class PostgresContractTests(PostgresLab lab) : DatabaseServerContract
{
    protected override IDatabaseServer Server => lab.Server;

    [PostgresFact]
    public override Task Copy_AnyMethodAndAgain_IsEqual() => base.Copy_AnyMethodAndAgain_IsEqual();

    [PostgresFact]
    public override Task Describe_RowOrDefinitionOfTheCopyChanged_IsSeen() => base.Describe_RowOrDefinitionOfTheCopyChanged_IsSeen();

    [PostgresFact]
    public override Task Describe_SomeTablesKnown_LeavesThemOut() => base.Describe_SomeTablesKnown_LeavesThemOut();

    [PostgresFact]
    public override Task Restore_Backup_IsAsItWasThen() => base.Restore_Backup_IsAsItWasThen();

    [PostgresFact]
    public override Task Restore_TamperedBackup_IsRefusedAndNothingIsMade() => base.Restore_TamperedBackup_IsRefusedAndNothingIsMade();

    [PostgresFact]
    public override Task BackUp_FolderWithSomethingElse_IsLeftAsItIs() => base.BackUp_FolderWithSomethingElse_IsLeftAsItIs();

    [PostgresFact]
    public override Task CopyRestoreOrDrop_ForeignDatabase_IsLeftAsItIs() => base.CopyRestoreOrDrop_ForeignDatabase_IsLeftAsItIs();

    [PostgresFact]
    public override Task Drop_CopyOrNone_IsGone() => base.Drop_CopyOrNone_IsGone();

    [PostgresFact]
    public override Task Fence_LetInShutOutAndLetInAgain_HoldsEachTime() => base.Fence_LetInShutOutAndLetInAgain_HoldsEachTime();

    [PostgresFact]
    public override Task Fence_AccountLetInToTheCopy_DoesNotReachTheOriginal() => base.Fence_AccountLetInToTheCopy_DoesNotReachTheOriginal();

    [PostgresFact]
    public override Task Remove_AccountOrNone_IsGone() => base.Remove_AccountOrNone_IsGone();

    [PostgresFact]
    public override Task Inspect_NoSuchDatabase_Fails() => base.Inspect_NoSuchDatabase_Fails();

    protected override DatabaseUse CreateDatabase() => lab.CreateDatabase();

    protected override string NewFolder() => lab.NewFolder();

    protected override void Run(string database, string sql) => lab.Execute(database, sql);

    protected override bool CanWrite(DatabaseUse use, DatabaseAccount account)
    {
        try
        {
            using var connection = lab.Open(use.Name, account);
            connection.Execute("CREATE TABLE IF NOT EXISTS made (id int); INSERT INTO made VALUES (1)");
            return true;
        }
        catch (PgFailure)
        {
            return false;
        }
    }
}
