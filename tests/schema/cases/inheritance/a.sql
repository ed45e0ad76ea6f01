CREATE TYPE address AS (street text, town text);
CREATE TABLE things (id integer PRIMARY KEY, name text);
CREATE TABLE cars (wheels integer) INHERITS (things);
CREATE TABLE shops OF address;
CREATE TABLE logs (line text) WITH (fillfactor = 50);
