using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace ControlPlane.EndToEnd.Machine;

/// <summary>The state file of a control plane, read from outside: what it would know after a crash now.</summary>
internal sealed class StateFile(string path)
{
    static StateFile() => SQLitePCL.Batteries_V2.Init();

    public string Path => path;

    /// <summary>The mark that its engines carry.</summary>
    public string Owner => JsonSerializer.Deserialize<string>(ReadBodies("identity", "").Single())!;

    /// <summary>All rows about groups at one moment.</summary>
    public Rows Read()
    {
        using var connection = Open(SqliteOpenMode.ReadOnly);
        using var moment = connection.BeginTransaction(deferred: true);
        return new Rows(
            Parse<InstanceRow>(ReadBodies(connection, "groups", "instance:")),
            [.. Parse<LeaseRow>(ReadBodies(connection, "slots", "lease:")).Select(lease => lease.Instance).OfType<string>()],
            Parse<BackendRow>(ReadBodies(connection, "registry", "name:", "backend")),
            Parse<MonitorRow>(ReadBodies(connection, "registry", "name:", "monitor")));
    }

    /// <summary>An upgrade's row; null when there is none of that name.</summary>
    public UpgradeRow? FindUpgrade(string name)
    {
        using var connection = Open(SqliteOpenMode.ReadOnly);
        return FindUpgrade(connection, name);
    }

    /// <summary>Looks at one upgrade again and again, for as little as a look can cost.</summary>
    public UpgradeWatch Watch(string upgrade)
    {
        var connection = Open(SqliteOpenMode.ReadOnly);
        return new UpgradeWatch(connection, () => FindUpgrade(connection, upgrade));
    }

    /// <summary>Marks the file as written by some later version of the program.</summary>
    public void SetVersion(int version)
    {
        using var connection = Open(SqliteOpenMode.ReadWrite);
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version = " + version;
        command.ExecuteNonQuery();
    }

    public long ReadVersion()
    {
        using var connection = Open(SqliteOpenMode.ReadOnly);
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version";
        return (long)command.ExecuteScalar()!;
    }

    private SqliteConnection Open(SqliteOpenMode mode)
    {
        var settings = new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = 10 };
        var connection = new SqliteConnection(settings.ConnectionString);
        connection.Open();
        return connection;
    }

    private List<string> ReadBodies(string table, string prefix)
    {
        using var connection = Open(SqliteOpenMode.ReadOnly);
        return ReadBodies(connection, table, prefix);
    }

    private static List<string> ReadBodies(SqliteConnection connection, string table, string prefix, string? partition = null)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT body FROM entities WHERE table_name = $table AND row GLOB $row AND partition GLOB $partition ORDER BY row";
        command.Parameters.AddWithValue("$table", table);
        command.Parameters.AddWithValue("$row", prefix + "*");
        command.Parameters.AddWithValue("$partition", partition ?? "*");
        using var reader = command.ExecuteReader();
        var bodies = new List<string>();
        while (reader.Read())
            bodies.Add(reader.GetString(0));
        return bodies;
    }

    private static UpgradeRow? FindUpgrade(SqliteConnection connection, string name) =>
        Parse<UpgradeRow>(ReadBodies(connection, "registry", $"name:{name}", "upgrade")).SingleOrDefault();

    private static List<T> Parse<T>(List<string> bodies) => [.. bodies.Select(body => JsonSerializer.Deserialize<T>(body, JsonSerializerOptions.Web)!)];
}

/// <summary>What is stored about groups.</summary>
/// <param name="Instances">The instances' rows.</param>
/// <param name="Slots">For each slot that is leased, its instance.</param>
/// <param name="Backends">The registered backends.</param>
/// <param name="Monitors">The monitors.</param>
internal sealed record Rows(List<InstanceRow> Instances, List<string> Slots, List<BackendRow> Backends, List<MonitorRow> Monitors);

/// <summary>An instance's row.</summary>
internal sealed record InstanceRow(string Name, string Tag, string Phase, InstanceHandle? Handle, long Epoch);

/// <summary>What was made for an instance.</summary>
internal sealed record InstanceHandle(string Slot, string Url, string Reference);

/// <summary>A lease's row.</summary>
internal sealed record LeaseRow(string? Instance);

/// <summary>A backend's row.</summary>
internal sealed record BackendRow(int Id, string Name, string Url, string State, string? Monitor);

/// <summary>A monitor's row.</summary>
internal sealed record MonitorRow(string Name, string Tag, int Min, int Max, bool IsRemoving);

/// <summary>An upgrade's row, which is also how the API shows it.</summary>
internal sealed record UpgradeRow(
    string Name, string Phase, string? Reason, string? Alarm, List<string> Plan, List<UpgradeStepRow> Steps, UpgradeSide? From, UpgradeSide? To)
{
    public bool IsOver => Phase is "Succeeded" or "Returned" or "Refused";

    public string Step => Steps is [.., { } last] ? $"{last.Step}{(last.Until is null ? "" : " (ended)")}" : "none";

    public bool HasBegun(string step) => Steps.Any(record => record.Step == step);

    public bool IsAt(string step) => Steps is [.., { Until: null } last] && last.Step == step;

    /// <summary>The order that it waits for to go on; null when it waits for none.</summary>
    public string? WaitsFor => IsOver ? null : Alarm is not null ? "finish" : IsAt("Approve") && Steps[^1].Note is not null ? "approve" : null;

    /// <summary>What a step found; null when it did not.</summary>
    public string? Find(string step, string what) =>
        Steps.LastOrDefault(record => record.Step == step)?.Findings.FirstOrDefault(finding => finding.What == what)?.Value;

    public override string ToString() =>
        $"{Name} {Phase} at {Step}{(Reason is null ? "" : $", because {Reason}")}: {string.Join(", ", Steps.Select(step => $"{step.Step} {step.Seconds:0.00} s{(step.Note is null ? "" : $" ({step.Note})")}"))}";
}

/// <summary>A step of an upgrade.</summary>
internal sealed record UpgradeStepRow(string Step, DateTimeOffset Since, DateTimeOffset? Until, string? Note, List<FindingRow> Findings)
{
    public double? Seconds => (Until - Since)?.TotalSeconds;
}

/// <summary>Something that a step found.</summary>
internal sealed record FindingRow(string What, string Value);

/// <summary>A side of an upgrade.</summary>
internal sealed record UpgradeSide(long Epoch, string? Version, string? Database);
