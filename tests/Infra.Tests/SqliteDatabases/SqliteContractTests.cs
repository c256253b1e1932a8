using ControlPlane.Core.Databases;
using ControlPlane.Infra.Tests.Contracts;
using Microsoft.Data.Sqlite;

namespace ControlPlane.Infra.Tests.SqliteDatabases;

/// <summary>The contract on a folder of files.</summary>
public sealed class SqliteContractTests : DatabaseServerContract, IDisposable
{
    private readonly FileLab _lab = new();

    protected override IDatabaseServer Server => _lab.Server;

    [Fact]
    public override Task Copy_AnyMethodAndAgain_IsEqual() => base.Copy_AnyMethodAndAgain_IsEqual();

    [Fact]
    public override Task Describe_RowOrDefinitionOfTheCopyChanged_IsSeen() => base.Describe_RowOrDefinitionOfTheCopyChanged_IsSeen();

    [Fact]
    public override Task Describe_SomeTablesKnown_LeavesThemOut() => base.Describe_SomeTablesKnown_LeavesThemOut();

    [Fact]
    public override Task Restore_Backup_IsAsItWasThen() => base.Restore_Backup_IsAsItWasThen();

    [Fact]
    public override Task Restore_TamperedBackup_IsRefusedAndNothingIsMade() => base.Restore_TamperedBackup_IsRefusedAndNothingIsMade();

    [Fact]
    public override Task BackUp_FolderWithSomethingElse_IsLeftAsItIs() => base.BackUp_FolderWithSomethingElse_IsLeftAsItIs();

    [Fact]
    public override Task CopyRestoreOrDrop_ForeignDatabase_IsLeftAsItIs() => base.CopyRestoreOrDrop_ForeignDatabase_IsLeftAsItIs();

    [Fact]
    public override Task Drop_CopyOrNone_IsGone() => base.Drop_CopyOrNone_IsGone();

    [Fact]
    public override Task Fence_LetInShutOutAndLetInAgain_HoldsEachTime() => base.Fence_LetInShutOutAndLetInAgain_HoldsEachTime();

    [Fact]
    public override Task Fence_AccountLetInToTheCopy_DoesNotReachTheOriginal() => base.Fence_AccountLetInToTheCopy_DoesNotReachTheOriginal();

    [Fact]
    public override Task Remove_AccountOrNone_IsGone() => base.Remove_AccountOrNone_IsGone();

    [Fact]
    public override Task Inspect_NoSuchDatabase_Fails() => base.Inspect_NoSuchDatabase_Fails();

    public void Dispose() => _lab.Dispose();

    protected override DatabaseUse CreateDatabase() => _lab.CreateDatabase();

    protected override string NewFolder() => _lab.NewFolder();

    protected override void Run(string database, string sql) => _lab.Execute(database, sql);

    protected override bool CanWrite(DatabaseUse use, DatabaseAccount account)
    {
        var path = _lab.Server.Fence.FileOf(account.Name)!;
        try
        {
            using var connection = FileLab.Open(path, SqliteOpenMode.ReadWrite);
            FileLab.Execute(connection, "CREATE TABLE IF NOT EXISTS made (id int); INSERT INTO made VALUES (1)");
            return true;
        }
        catch (SqliteException)
        {
            return false;
        }
    }
}
