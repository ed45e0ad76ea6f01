CREATE SEQUENCE public.places_id_seq AS integer INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1;

-- access change; lock timeout 3s, statement timeout 30s
ALTER SEQUENCE public.places_id_seq OWNER TO property_owner;

CREATE TABLE public.places (
    id integer DEFAULT nextval('public.places_id_seq'::regclass) NOT NULL,
    kind text
);

-- SHARE UPDATE EXCLUSIVE lock, index build, not in a transaction; lock timeout 3s, statement timeout 12h
CREATE INDEX CONCURRENTLY by_code ON public.orders USING btree (public.code(kind));

CREATE INDEX places_by_code ON public.places USING btree (public.code(kind));

-- ACCESS EXCLUSIVE lock, access change; lock timeout 3s, statement timeout 30s
ALTER TABLE public.orders OWNER TO property_owner;

-- access change; lock timeout 3s, statement timeout 30s
ALTER TABLE public.places OWNER TO property_owner;

ALTER SEQUENCE public.places_id_seq OWNED BY public.places.id;

-- breaks old code; lock timeout 3s, statement timeout 30s
DROP PUBLICATION bodies;

-- ACCESS EXCLUSIVE lock, table rewrite; lock timeout 3s, statement timeout 12h
ALTER TABLE public.notes SET UNLOGGED;

-- ACCESS EXCLUSIVE lock, access change; lock timeout 3s, statement timeout 30s
ALTER TABLE public.notes OWNER TO postgres;

-- access change; lock timeout 3s, statement timeout 30s
REVOKE UPDATE (body) ON TABLE public.notes FROM postgres;

-- access change; lock timeout 3s, statement timeout 30s
GRANT UPDATE (body) ON TABLE public.notes TO property_owner;

