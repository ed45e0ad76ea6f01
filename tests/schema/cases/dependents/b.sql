CREATE TYPE mood AS ENUM ('c', 'b');
CREATE DOMAIN likes AS mood CHECK (VALUE <> 'b');
CREATE TYPE answer AS (says mood, times integer);
CREATE TABLE answers (m mood DEFAULT 'c', l likes, many mood[] DEFAULT '{c}', whole answer);

CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%') CONSTRAINT long CHECK (length(VALUE) > 3);
CREATE TABLE people (addresses email[], main email);

CREATE TABLE pairs (a bigint, b integer);
CREATE INDEX pairs_sum ON pairs ((a + b));
ALTER INDEX pairs_sum ALTER COLUMN 1 SET STATISTICS 400;
CREATE STATISTICS pairs_both ON a, b FROM pairs;
ALTER STATISTICS pairs_both SET STATISTICS 50;
ALTER TABLE pairs ADD label character varying(20);
ALTER TABLE pairs ALTER label SET STORAGE external, ALTER label SET COMPRESSION pglz;
CREATE TABLE holders (held pairs);

CREATE FUNCTION next_number(step integer DEFAULT 1) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE TABLE numbered (n integer DEFAULT next_number(), m integer DEFAULT next_number(2));
CREATE VIEW number AS SELECT next_number() AS n;

CREATE TABLE first (id integer);
CREATE TABLE second (id integer, half bigint GENERATED ALWAYS AS (id / 2) STORED);
CREATE SEQUENCE first_id_seq AS integer OWNED BY second.id;
