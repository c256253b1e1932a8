using System.Security.Cryptography;
using System.Text;
using ControlPlane.Infra.Postgres.Client;

namespace ControlPlane.Infra.Postgres;

/// <summary>All definitions of a database, and all grants on them, each as lines of text without OIDs, and as one hash.</summary>
internal static class Definitions
{
    private const string NotSystem = "n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'";
    private const string Name = "format('%I.%I', n.nspname, c.relname)";
    private const string Relation = $"pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND {NotSystem}";

    /// <summary>Publications and subscriptions are left out: they say where rows go, not what there is.</summary>
    private static readonly string[] Schema =
    [
        $"SELECT 'schema', n.nspname FROM pg_namespace n WHERE {NotSystem}",
        "SELECT 'extension', e.extname, e.extversion, n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace",
        $"""
        SELECT 'relation', c.relkind, {Name}, c.relpersistence, c.reloptions::text, c.relrowsecurity, c.relforcerowsecurity, c.relreplident,
               pg_get_expr(c.relpartbound, c.oid), CASE c.relkind WHEN 'p' THEN pg_get_partkeydef(c.oid) END,
               CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END
        FROM {Relation} WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
        """,
        $"""
        SELECT 'column', {Name}, a.attname, row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum),
               format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,
               pg_get_expr(d.adbin, d.adrelid), CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END, a.attoptions::text
        FROM {Relation} JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped JOIN pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')
        """,
        $"SELECT 'parent', {Name}, i.inhparent::regclass::text, i.inhseqno FROM pg_inherits i JOIN {Relation} ON c.oid = i.inhrelid",
        $"SELECT 'constraint', {Name}, k.conname, pg_get_constraintdef(k.oid), k.convalidated FROM pg_constraint k JOIN {Relation} ON c.oid = k.conrelid",
        $"""
        SELECT 'index', {Name}, pg_get_indexdef(i.indexrelid), i.indisvalid, i.indisreplident, i.indisclustered
        FROM pg_index i JOIN {Relation} ON c.oid = i.indrelid
        """,
        $"SELECT 'trigger', {Name}, t.tgenabled, pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN {Relation} ON c.oid = t.tgrelid WHERE NOT t.tgisinternal",
        $"SELECT 'rule', {Name}, r.ev_enabled, pg_get_ruledef(r.oid) FROM pg_rewrite r JOIN {Relation} ON c.oid = r.ev_class WHERE r.rulename <> '_RETURN'",
        $"""
        SELECT 'policy', {Name}, p.polname, p.polpermissive, p.polcmd,
               (SELECT string_agg(coalesce(r.rolname, 'public'), ',' ORDER BY r.rolname) FROM unnest(p.polroles) o LEFT JOIN pg_roles r ON r.oid = o),
               pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)
        FROM pg_policy p JOIN {Relation} ON c.oid = p.polrelid
        """,
        $"""
        SELECT 'sequence', {Name}, format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmax, s.seqmin, s.seqcache, s.seqcycle,
               (SELECT format('%s.%s', d.refobjid::regclass, a.attname) FROM pg_depend d
                JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i'))
        FROM pg_sequence s JOIN {Relation} ON c.oid = s.seqrelid
        """,
        $"""
        SELECT 'routine', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid), CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) ELSE
               (SELECT concat_ws(' ', a.aggtransfn::text, a.aggfinalfn::text, a.aggcombinefn::text, a.agginitval, format_type(a.aggtranstype, NULL))
                FROM pg_aggregate a WHERE a.aggfnoid = p.oid) END
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace AND {NotSystem}
        """,
        $"""
        SELECT 'type', n.nspname, t.typname, t.typtype, format_type(nullif(t.typbasetype, 0), t.typtypmod), t.typnotnull, t.typdefault,
               (SELECT string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid),
               (SELECT string_agg(pg_get_constraintdef(k.oid), ',' ORDER BY k.conname) FROM pg_constraint k WHERE k.contypid = t.oid),
               (SELECT format_type(r.rngsubtype, NULL) FROM pg_range r WHERE r.rngtypid = t.oid)
        FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace AND {NotSystem}
        WHERE t.typelem = 0 AND (t.typrelid = 0 OR EXISTS (SELECT 1 FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c'))
        """,
        $"""
        SELECT 'statistics', n.nspname, s.stxname, pg_get_statisticsobjdef(s.oid)
        FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace AND {NotSystem}
        """,
        "SELECT 'event trigger', e.evtname, e.evtevent, e.evtfoid::regproc, e.evtenabled, e.evttags::text FROM pg_event_trigger e",
        $"""
        SELECT 'comment', pg_describe_object(d.classoid, d.objoid, d.objsubid), d.description FROM pg_description d
        WHERE d.objoid >= 16384 OR (d.classoid = 'pg_namespace'::regclass AND d.objoid = to_regnamespace('public'))
        """,
    ];

    private static readonly string[] Grants =
    [
        $"""
        SELECT 'schema', n.nspname, pg_get_userbyid(n.nspowner), {Granted}
        FROM pg_namespace n, aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a WHERE {NotSystem} AND {Counts}
        """,
        $"SELECT 'owner of schema', n.nspname, pg_get_userbyid(n.nspowner) FROM pg_namespace n WHERE {NotSystem}",
        $"SELECT 'owner', {Name}, pg_get_userbyid(c.relowner) FROM {Relation} WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')",
        $"""
        SELECT 'relation', {Name}, {Granted}
        FROM {Relation}, aclexplode(coalesce(c.relacl, acldefault((CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END)::"char", c.relowner))) a
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND {Counts}
        """,
        $"""
        SELECT 'column', {Name}, t.attname, {Granted}
        FROM {Relation} JOIN pg_attribute t ON t.attrelid = c.oid AND t.attnum > 0 AND NOT t.attisdropped, aclexplode(t.attacl) a WHERE {Counts}
        """,
        $"""
        SELECT 'routine', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid), pg_get_userbyid(p.proowner), {Granted}
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace AND {NotSystem},
            aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a WHERE {Counts}
        """,
        $"""
        SELECT 'type', n.nspname, t.typname, pg_get_userbyid(t.typowner), {Granted}
        FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace AND {NotSystem}, aclexplode(coalesce(t.typacl, acldefault('T', t.typowner))) a
        WHERE t.typelem = 0 AND (t.typrelid = 0 OR EXISTS (SELECT 1 FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c')) AND {Counts}
        """,

        // What a role grants itself by default is the same as no such rule, and stands there once anybody else is granted something.
        $"""
        SELECT 'default', pg_get_userbyid(d.defaclrole), n.nspname, d.defaclobjtype, {Granted}
        FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace, aclexplode(d.defaclacl) a WHERE a.grantee <> d.defaclrole AND {Counts}
        """,
    ];

    private const string Granted = "CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee)::text END, a.privilege_type, a.is_grantable";
    private const string Counts = $"(a.grantee = 0 OR pg_get_userbyid(a.grantee) !~ '{EpochAccounts.Pattern}')";

    /// <summary>A hash of all definitions; hexadecimal.</summary>
    public static string HashSchema(PgConnection connection) => Hash(connection, Schema);

    /// <summary>A hash of owners and grants, accounts of epochs left out; hexadecimal.</summary>
    public static string HashGrants(PgConnection connection) => Hash(connection, Grants);

    /// <summary>Sorted here and not by the server: then no collation matters.</summary>
    private static string Hash(PgConnection connection, string[] queries)
    {
        var lines = queries.SelectMany(query => connection.Execute(query).Rows.Select(Line)).Order(StringComparer.Ordinal);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))));
    }

    // With its length before each value, no two rows give the same line.
    private static string Line(string?[] row) => string.Concat(row.Select(value => value is null ? "-;" : $"{value.Length}:{value};"));
}
