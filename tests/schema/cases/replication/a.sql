CREATE TABLE t (id integer PRIMARY KEY, a integer, b integer, c text);
CREATE TABLE u (id integer);
CREATE PUBLICATION "some" FOR TABLE t;
CREATE PUBLICATION gone FOR ALL TABLES;
CREATE STATISTICS ab (ndistinct) ON a, b FROM t;
-- No list of columns beside a schema.
CREATE SCHEMA leaving;
CREATE PUBLICATION columns_now FOR TABLE t, TABLES IN SCHEMA leaving;
