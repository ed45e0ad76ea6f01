CREATE TABLE ticks (id integer NOT NULL, at timestamp with time zone NOT NULL, kind character varying(10) CHECK (kind IN ('a', 'b')),
  PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE ticks_24 PARTITION OF ticks FOR VALUES FROM ('2024-01-01 00:00+00') TO ('2025-01-01 00:00+00');
CREATE TABLE ticks_25 (id integer NOT NULL, at date NOT NULL, kind character varying(10), PRIMARY KEY (id, at));
CREATE VIEW ticks_of_24 AS SELECT id FROM ticks_24;
CREATE INDEX ticks_kind ON ticks (kind);

CREATE TABLE trades (id integer, note character varying(10) CONSTRAINT short CHECK (note IN ('x', 'y'))) PARTITION BY LIST (id);
CREATE TABLE trades_1 PARTITION OF trades FOR VALUES IN (1, 7);
CREATE TABLE trades_2 (id integer, note character varying(10));
CREATE TABLE trades_3 PARTITION OF trades FOR VALUES IN (3);
CREATE VIEW notes AS SELECT note FROM trades_1;

CREATE TABLE things (id bigint, label text DEFAULT 'y', added date, CHECK (id > 0));
CREATE TABLE tags (tag text);
CREATE TABLE cars (wheels integer, id bigint, label text, added date, CONSTRAINT things_id_check CHECK (id > 0));
CREATE TABLE boats () INHERITS (things);
CREATE TABLE keys (PRIMARY KEY (label)) INHERITS (things);
CREATE TABLE planes (wings integer) INHERITS (things);
