-- subscription "From there" was made without connecting: add its password if it needs one, create its slot on the publisher, and run ALTER SUBSCRIPTION … REFRESH PUBLICATION
CREATE PUBLICATION "All of it" FOR TABLES IN SCHEMA public WITH (publish = 'insert, update, delete, truncate');

-- access change; lock timeout 3s, statement timeout 30s
ALTER PUBLICATION "All of it" OWNER TO postgres;

CREATE SUBSCRIPTION "From there" CONNECTION 'host=there.invalid dbname=x' PUBLICATION "Two", one WITH (connect = false, slot_name = NONE, binary='true', streaming='off');

-- access change; lock timeout 3s, statement timeout 30s
ALTER SUBSCRIPTION "From there" OWNER TO postgres;

ALTER PUBLICATION columns_now DROP TABLE ONLY public.t, TABLES IN SCHEMA leaving;

ALTER PUBLICATION columns_now ADD TABLE ONLY public.t (b, id);

ALTER PUBLICATION "some" DROP TABLE ONLY public.t;

ALTER PUBLICATION "some" SET (publish = 'insert, update', publish_via_partition_root = true);

ALTER PUBLICATION "some" ADD TABLE ONLY public.t (a, id) WHERE ((a > 5)), ONLY public.u;

COMMENT ON PUBLICATION "some" IS 'only some';

-- SHARE UPDATE EXCLUSIVE lock, gap; lock timeout 3s, statement timeout 30s
DROP STATISTICS public.ab;

-- SHARE UPDATE EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
CREATE STATISTICS public.ab (ndistinct, mcv) ON a, b, lower(c) FROM public.t;

ALTER STATISTICS public.ab SET STATISTICS 200;

-- access change; lock timeout 3s, statement timeout 30s
ALTER STATISTICS public.ab OWNER TO postgres;

-- breaks old code; lock timeout 3s, statement timeout 30s
DROP PUBLICATION gone;

-- breaks old code; lock timeout 3s, statement timeout 30s
DROP SCHEMA leaving;

