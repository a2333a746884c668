-- The head: exactly one row. Whoever writes locks it first and keeps it until the commit, so that versions become visible in their order and
-- without holes. A sequence would not do: it hands numbers out before the commit, a later number can be seen first, and a reader that goes on
-- from the highest number it has seen misses the earlier one for ever.
create table mesh.head (
    one boolean primary key default true check (one),
    version bigint not null,
    compacted bigint not null,
    origin text not null
) with (fillfactor = 10);

insert into mesh.head (version, compacted, origin) values (1, 1, '');

-- What is there now.
create table mesh.object (
    namespace text collate "C" not null,
    kind text collate "C" not null,
    api_group text collate "C" not null,
    name text collate "C" not null,
    version bigint not null,
    created_at timestamptz not null,
    digest bytea not null,
    document json not null,
    primary key (namespace, kind, api_group, name)
);

-- What happened, one row a version; a document of null is a removal.
create table mesh.change (
    version bigint primary key,
    write_id uuid not null unique,
    at timestamptz not null default clock_timestamp(),
    namespace text collate "C" not null,
    kind text collate "C" not null,
    api_group text collate "C" not null,
    name text collate "C" not null,
    created_at timestamptz,
    document json
);

create index change_at on mesh.change (at);

-- One write, whole or not at all. The same p_write again is the same write: it is answered by what it did the first time.
create function mesh.write(
    p_write uuid, p_namespace text, p_kind text, p_group text, p_name text, p_expected bigint, p_digest bytea, p_document json,
    out o_outcome text, out o_version bigint, out o_created_at timestamptz, out o_document json)
language plpgsql
as $$
declare
    v_head bigint;
    v_version bigint;
    v_there mesh.object%rowtype;
    v_created_at timestamptz;
begin
    select h.version into v_head from mesh.head h for update;
    select c.version into v_version from mesh.change c where c.write_id = p_write;
    if found then
        o_outcome := 'done';
        o_version := v_version;
        return;
    end if;

    select o.* into v_there from mesh.object o
        where o.namespace = p_namespace and o.kind = p_kind and o.api_group = p_group and o.name = p_name;
    if p_document is null and v_there.version is null then
        o_outcome := 'absent';
        return;
    end if;

    -- What is there, for whoever learns that it is not what was expected, or just that.
    o_version := v_there.version;
    o_created_at := v_there.created_at;
    o_document := v_there.document;
    if p_expected is not null and coalesce(v_there.version, 0) <> p_expected then
        o_outcome := 'conflict';
        return;
    end if;

    if p_document is not null and v_there.digest = p_digest then
        o_outcome := 'unchanged';
        return;
    end if;

    v_version := v_head + 1;
    update mesh.head set version = v_version;
    if p_document is null then
        delete from mesh.object o where o.namespace = p_namespace and o.kind = p_kind and o.api_group = p_group and o.name = p_name;
    else
        v_created_at := coalesce(v_there.created_at, clock_timestamp());
        insert into mesh.object (namespace, kind, api_group, name, version, created_at, digest, document)
            values (p_namespace, p_kind, p_group, p_name, v_version, v_created_at, p_digest, p_document)
            on conflict on constraint object_pkey
            do update set version = excluded.version, digest = excluded.digest, document = excluded.document;
    end if;

    insert into mesh.change (version, write_id, namespace, kind, api_group, name, created_at, document)
        values (v_version, p_write, p_namespace, p_kind, p_group, p_name, v_created_at, p_document);
    perform pg_notify('mesh_change', '');
    o_outcome := 'done';
    o_version := v_version;
end
$$;

-- A server of another origin (promoted, restored) may have lost the newest versions: numbers that were seen must not come back with other
-- content, so it goes on far above them, and everybody reads all anew.
create function mesh.adopt(p_origin text, p_seen bigint) returns boolean
language plpgsql
as $$
begin
    update mesh.head set
        version = greatest(version, p_seen) + 1000000, compacted = greatest(version, p_seen) + 1000000, origin = p_origin
        where version < p_seen or (origin <> '' and p_origin <> '' and origin <> p_origin);
    if found then
        perform pg_notify('mesh_change', '');
        return true;
    end if;

    update mesh.head set origin = p_origin where origin = '';
    return false;
end
$$;

-- The documents of the certificate authority, of tokens and of revocations; content of null is a document that was removed.
create table mesh.state_head (
    one boolean primary key default true check (one),
    version bigint not null
) with (fillfactor = 10);

insert into mesh.state_head (version) values (0);

create table mesh.state (
    name text collate "C" primary key,
    version bigint not null,
    content bytea
);

-- Documents that are only added to. Lines need no order among each other; a reader goes on from the oldest transaction that was still running when it read.
create table mesh.state_line (
    id bigint generated always as identity primary key,
    name text collate "C" not null,
    transaction xid8 not null default pg_current_xact_id(),
    at timestamptz not null default clock_timestamp(),
    content bytea not null
);

create index state_line_transaction on mesh.state_line (name, transaction);
create index state_line_at on mesh.state_line (at);
