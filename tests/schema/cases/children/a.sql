-- Tables that leave their parents, come to others, or are told what their parents are told.
CREATE TABLE ticks (id integer NOT NULL, at date NOT NULL, kind character varying(10) CHECK (kind IN ('a', 'b')),
  PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE ticks_24 PARTITION OF ticks FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE ticks_25 PARTITION OF ticks FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE VIEW ticks_of_24 AS SELECT id FROM ticks_24;
CREATE INDEX ticks_kind ON ticks (kind);

CREATE TABLE trades (id integer, note character varying(10) CONSTRAINT short CHECK (note IN ('x', 'y'))) PARTITION BY LIST (id);
CREATE TABLE trades_1 PARTITION OF trades FOR VALUES IN (1);
CREATE TABLE trades_2 (id integer, note character varying(10));
CREATE VIEW notes AS SELECT note FROM trades_1;

CREATE TABLE things (id integer, label text NOT NULL DEFAULT 'x', CHECK (id > 0));
CREATE TABLE tags (tag text);
CREATE TABLE cars (wheels integer) INHERITS (things);
CREATE TABLE boats () INHERITS (things, tags);
CREATE TABLE keys (PRIMARY KEY (label)) INHERITS (things);
CREATE TABLE planes (wings integer);
