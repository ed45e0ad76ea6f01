-- What stands in the way of a change and has to step aside.
CREATE TYPE mood AS ENUM ('a', 'b');
CREATE DOMAIN likes AS mood CHECK (VALUE <> 'b');
CREATE TYPE answer AS (says mood, times integer);
CREATE TABLE answers (m mood DEFAULT 'a', l likes, many mood[] DEFAULT '{a}', whole answer);

CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%');
CREATE TABLE people (addresses email[], main email);

CREATE TABLE pairs (a integer, b integer);
CREATE INDEX pairs_sum ON pairs ((a + b));
ALTER INDEX pairs_sum ALTER COLUMN 1 SET STATISTICS 400;
CREATE STATISTICS pairs_both ON a, b FROM pairs;
ALTER STATISTICS pairs_both SET STATISTICS 50;
ALTER TABLE pairs ADD label text;
ALTER TABLE pairs ALTER label SET STORAGE external, ALTER label SET COMPRESSION pglz;
CREATE TABLE holders (held pairs);

CREATE FUNCTION next_number() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE TABLE numbered (n integer DEFAULT next_number(), m integer DEFAULT next_number());
CREATE VIEW number AS SELECT next_number() AS n;

CREATE TABLE first (id serial);
CREATE TABLE second (id integer, half integer GENERATED ALWAYS AS (id / 2) STORED);
