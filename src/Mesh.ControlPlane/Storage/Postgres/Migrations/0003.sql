-- What clients reported of their load to one control plane, for the others: a minute of it. A crash may lose it, as it loses what clients had not reported.
create unlogged table mesh.load (
    replica uuid not null,
    number bigint not null,
    at timestamptz not null default clock_timestamp(),
    reporters integer not null,
    reports bytea not null,
    primary key (replica, number)
);
