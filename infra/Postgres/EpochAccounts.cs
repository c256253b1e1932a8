namespace ControlPlane.Infra.Postgres;

/// <summary>Accounts of epochs, by their names: what they are granted is not part of what a database holds.</summary>
internal static class EpochAccounts
{
    /// <summary>A regular expression of PostgreSQL; see <see cref="ControlPlane.Core.Databases.DatabaseUse"/> for the names.</summary>
    public const string Pattern = "_(app|read)_[0-9]+$";
}
