using System.Globalization;
using Demo.Upgrade;

namespace ControlPlane.Bench.Upgrade;

/// <summary>The database that is upgraded: the table that is written to all the time, and big ones beside it that nobody writes to.</summary>
internal sealed class Data(PrivatePostgres postgres)
{
    private const string Source = "source";
    private const double CustomersPerGigabyte = 400_000, OrdersPerGigabyte = 2_200_000, DocumentsPerGigabyte = 400_000;

    /// <summary>Makes it, and gives its true size in billions of bytes, indexes included.</summary>
    public async Task<double> MakeAsync(double gigabytes, CancellationToken cancellation)
    {
        await new Shop(postgres, Source).MakeAsync(cancellation);
        await postgres.SqlAsync(
            $"""
            set role {Shop.Owner};
            create table customers (id serial primary key, name text not null, email text not null unique, since date not null);
            create table orders (id bigserial primary key, customer int not null, amount numeric(12, 2) not null, placed timestamptz not null, note text);
            create table documents (id bigserial primary key, title text not null, body text not null);
            insert into customers (name, email, since)
                select 'customer ' || n, md5(n::text) || '@example.com', date '2020-01-01' + n % 2000 from generate_series(1, {Count(CustomersPerGigabyte, gigabytes)}) n;
            insert into orders (customer, amount, placed, note)
                select 1 + n % {Count(CustomersPerGigabyte, gigabytes)}, n % 100000 / 7.0, timestamptz '2020-01-01' + n * interval '1 minute', md5(n::text) || md5((n + 1)::text)
                from generate_series(1, {Count(OrdersPerGigabyte, gigabytes)}) n;
            insert into documents (title, body)
                select 'document ' || n, (select string_agg(md5((n * 31 + part)::text), ' ') from generate_series(1, 30) part) from generate_series(1, {Count(DocumentsPerGigabyte, gigabytes)}) n;
            alter table orders add foreign key (customer) references customers;
            create index on orders (customer);
            create index on orders (placed);
            """,
            Source,
            cancellation);
        await postgres.SqlAsync("vacuum (analyze)", Source, cancellation);
        return double.Parse(await postgres.SqlAsync($"select pg_database_size('{Source}')", "postgres", cancellation), CultureInfo.InvariantCulture) / 1e9;
    }

    /// <summary>A database of its own for a trial.</summary>
    public async Task<Shop> CloneAsync(string name, CancellationToken cancellation)
    {
        await postgres.SqlAsync($"create database {name} template {Source} owner {Shop.Owner} strategy file_copy", "postgres", cancellation);
        await SettleAsync(cancellation);
        return new Shop(postgres, name);
    }

    /// <summary>Writes out what was changed, so that no contender pays for another's work.</summary>
    public Task SettleAsync(CancellationToken cancellation) => postgres.SqlAsync("checkpoint", "postgres", cancellation);

    /// <summary>The plain copy, by the server's own tools: how long it took.</summary>
    public async Task<TimeSpan> PipeAsync(string from, CancellationToken cancellation)
    {
        await SettleAsync(cancellation);
        var began = TimeProvider.System.GetTimestamp();
        await postgres.ShellAsync($"createdb -T template0 piped && pg_dump {from} | psql -X -q -v ON_ERROR_STOP=1 -o /dev/null piped", cancellation);
        var took = TimeProvider.System.GetElapsedTime(began);
        await DropAsync(cancellation, "piped");
        await SettleAsync(cancellation);
        return took;
    }

    public async Task DropAsync(CancellationToken cancellation, params IEnumerable<string> databases)
    {
        foreach (var database in databases)
            await postgres.SqlAsync($"drop database if exists {database} with (force)", "postgres", cancellation);
    }

    private static long Count(double perGigabyte, double gigabytes) => (long)(perGigabyte * gigabytes);
}
