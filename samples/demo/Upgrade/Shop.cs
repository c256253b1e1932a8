using System.Globalization;

namespace Demo.Upgrade;

/// <summary>The database of the engines that are upgraded, in their first version.</summary>
internal sealed class Shop(PrivatePostgres postgres, string database)
{
    public const string Owner = "shop_owner";

    public string Database => database;

    public async Task MakeAsync(CancellationToken cancellation)
    {
        await postgres.SqlAsync($"create role {Owner}", "postgres", cancellation);
        await postgres.SqlAsync($"create database {database} owner {Owner}", "postgres", cancellation);
        await postgres.SqlAsync(
            $"""
            set role {Owner};
            create table events (id text primary key, body text, at timestamptz default now());
            create table engine_schema (version int primary key);
            insert into engine_schema values (1);
            """,
            database,
            cancellation);
    }

    /// <summary>Gives it something to copy, about 450 bytes each.</summary>
    public Task AddArticlesAsync(int count, CancellationToken cancellation) => postgres.SqlAsync(
        $"""
        set role {Owner};
        create table articles (id int primary key, name text, description text);
        insert into articles select n, md5(n::text), repeat(md5(n::text), 12) from generate_series(1, {count}) n;
        """,
        database,
        cancellation);

    /// <summary>Every id that is in a database of the group, whichever that is now.</summary>
    public async Task<HashSet<string>> ReadIdsAsync(string live, CancellationToken cancellation) =>
        [.. (await postgres.SqlAsync("select id from events", live, cancellation)).Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    public async Task<long> CountAsync(string live, CancellationToken cancellation) =>
        long.Parse(await postgres.SqlAsync("select count(*) from events", live, cancellation), CultureInfo.InvariantCulture);
}
