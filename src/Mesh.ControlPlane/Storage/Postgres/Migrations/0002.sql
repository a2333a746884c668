-- Which control planes live: each says so every few seconds, by the clock of the database.
create table mesh.replica (
    id uuid primary key,
    seen_at timestamptz not null
);

create table mesh.workload_head (
    one boolean primary key default true check (one),
    version bigint not null
) with (fillfactor = 10);

insert into mesh.workload_head (version) values (0);

-- Who is connected where. A process that moves belongs to the control plane that it came to last; the rows of one that died count until it is missed.
create table mesh.workload (
    node_id text collate "C" primary key,
    replica uuid not null,
    connected_at timestamptz not null,
    document json not null
);

create index workload_replica on mesh.workload (replica);
