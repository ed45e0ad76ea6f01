CREATE TABLE t (id integer PRIMARY KEY, a integer, b integer, c text);
CREATE TABLE u (id integer);
CREATE PUBLICATION "some" FOR TABLE t (id, a) WHERE (a > 5), u WITH (publish = 'insert, update', publish_via_partition_root = true);
CREATE PUBLICATION "All of it" FOR TABLES IN SCHEMA public;
CREATE STATISTICS ab (ndistinct, mcv) ON a, b, (lower(c)) FROM t;
ALTER STATISTICS ab SET STATISTICS 200;
CREATE SUBSCRIPTION "From there" CONNECTION 'host=there.invalid dbname=x' PUBLICATION one, "Two"
  WITH (connect = false, slot_name = NONE, binary = true);
COMMENT ON PUBLICATION "some" IS 'only some';
CREATE PUBLICATION columns_now FOR TABLE t (id, b);
