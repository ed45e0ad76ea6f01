CREATE UNLOGGED SEQUENCE public.fresh AS bigint INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1;

-- access change; lock timeout 3s, statement timeout 30s
ALTER SEQUENCE public.fresh OWNER TO postgres;

-- SHARE ROW EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER SEQUENCE public.loose AS bigint INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1 NO CYCLE;

SELECT pg_catalog.setval('public.plain', 7, false) FROM public.plain WHERE last_value NOT BETWEEN 2 AND 1000;

-- SHARE ROW EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER SEQUENCE public.plain INCREMENT BY 5 MINVALUE 2 MAXVALUE 1000 START WITH 7 CACHE 20 CYCLE;

COMMENT ON SEQUENCE public.plain IS 'counts by five';

ALTER SEQUENCE public.loose OWNED BY public.items.n;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE ONLY public.items ALTER COLUMN n SET DEFAULT nextval('public.loose'::regclass);

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE ONLY public.items ALTER COLUMN id DROP DEFAULT;

-- SHARE ROW EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER SEQUENCE public.items_id_seq AS bigint INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1 NO CYCLE;

-- ACCESS EXCLUSIVE lock, table rewrite, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE public.items ALTER COLUMN id TYPE bigint USING id::bigint;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE ONLY public.items ALTER COLUMN id SET DEFAULT nextval('public.items_id_seq'::regclass);

