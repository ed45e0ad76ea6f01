SET check_function_bodies = false;

-- ACCESS EXCLUSIVE lock, table rewrite, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE public.second ALTER COLUMN half TYPE bigint;

-- ACCESS EXCLUSIVE lock, gap; lock timeout 3s, statement timeout 30s
DROP VIEW public.number;

-- SHARE UPDATE EXCLUSIVE lock, gap; lock timeout 3s, statement timeout 30s
DROP STATISTICS public.pairs_both;

-- SHARE UPDATE EXCLUSIVE lock, gap, not in a transaction; lock timeout 3s, statement timeout 30s
DROP INDEX CONCURRENTLY public.pairs_sum;

-- ACCESS EXCLUSIVE lock, breaks old code, data loss; lock timeout 3s, statement timeout 30s
ALTER TABLE public.holders DROP COLUMN held;

-- ACCESS EXCLUSIVE lock, table rewrite, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE public.pairs ALTER COLUMN a TYPE bigint USING a::bigint;

-- ACCESS EXCLUSIVE lock, table rewrite, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE public.pairs ALTER COLUMN label TYPE character varying(20) USING label::character varying(20);

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE ONLY public.pairs ALTER COLUMN label SET STORAGE EXTERNAL;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE ONLY public.pairs ALTER COLUMN label SET COMPRESSION pglz;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.holders ADD COLUMN held public.pairs;

-- SHARE UPDATE EXCLUSIVE lock, index build, not in a transaction; lock timeout 3s, statement timeout 12h
CREATE INDEX CONCURRENTLY pairs_sum ON public.pairs USING btree (((a + b)));

-- SHARE UPDATE EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER INDEX public.pairs_sum ALTER COLUMN 1 SET STATISTICS 400;

-- SHARE UPDATE EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
CREATE STATISTICS public.pairs_both ON a, b FROM public.pairs;

ALTER STATISTICS public.pairs_both SET STATISTICS 50;

-- access change; lock timeout 3s, statement timeout 30s
ALTER STATISTICS public.pairs_both OWNER TO postgres;

-- gap; lock timeout 3s, statement timeout 30s
ALTER TYPE public.answer RENAME TO answer__ferry_aside_0db52f;

-- gap; lock timeout 3s, statement timeout 30s
ALTER DOMAIN public.email RENAME TO email__ferry_aside_822444;

CREATE DOMAIN public.email AS text;

-- access change; lock timeout 3s, statement timeout 30s
ALTER DOMAIN public.email OWNER TO postgres;

ALTER DOMAIN public.email ADD CONSTRAINT email_check CHECK ((VALUE ~~ '%@%'::text));

ALTER DOMAIN public.email ADD CONSTRAINT long CHECK ((length(VALUE) > 3));

-- ACCESS EXCLUSIVE lock, table rewrite, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE public.people ALTER COLUMN addresses TYPE public.email[] USING addresses::text::public.email[];

-- ACCESS EXCLUSIVE lock, table rewrite, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE public.people ALTER COLUMN main TYPE public.email USING main::text::public.email;

DROP DOMAIN public.email__ferry_aside_822444;

-- gap; lock timeout 3s, statement timeout 30s
ALTER DOMAIN public.likes RENAME TO likes__ferry_aside_b0aa8a;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE ONLY public.answers ALTER COLUMN m DROP DEFAULT;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE ONLY public.answers ALTER COLUMN many DROP DEFAULT;

-- gap; lock timeout 3s, statement timeout 30s
ALTER TYPE public.mood RENAME TO mood__ferry_aside_ee0e4f;

CREATE TYPE public.mood AS ENUM ('c', 'b');

-- access change; lock timeout 3s, statement timeout 30s
ALTER TYPE public.mood OWNER TO postgres;

CREATE TYPE public.answer AS (says public.mood, times integer);

-- access change; lock timeout 3s, statement timeout 30s
ALTER TYPE public.answer OWNER TO postgres;

CREATE DOMAIN public.likes AS public.mood;

-- access change; lock timeout 3s, statement timeout 30s
ALTER DOMAIN public.likes OWNER TO postgres;

-- ACCESS EXCLUSIVE lock, table rewrite, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE public.answers ALTER COLUMN m TYPE public.mood USING m::text::public.mood;

-- ACCESS EXCLUSIVE lock, table rewrite, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE public.answers ALTER COLUMN many TYPE public.mood[] USING many::text::public.mood[];

-- ACCESS EXCLUSIVE lock, table rewrite, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE public.answers ALTER COLUMN whole TYPE public.answer USING whole::text::public.answer;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE ONLY public.answers ALTER COLUMN m SET DEFAULT 'c'::public.mood;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE ONLY public.answers ALTER COLUMN many SET DEFAULT '{c}'::public.mood[];

ALTER DOMAIN public.likes ADD CONSTRAINT likes_check CHECK ((VALUE <> 'b'::public.mood));

-- ACCESS EXCLUSIVE lock, table rewrite, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE public.answers ALTER COLUMN l TYPE public.likes USING l::text::public.likes;

DROP TYPE public.answer__ferry_aside_0db52f;

DROP DOMAIN public.likes__ferry_aside_b0aa8a;

DROP TYPE public.mood__ferry_aside_ee0e4f;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE ONLY public.first ALTER COLUMN id DROP DEFAULT;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.first ALTER COLUMN id DROP NOT NULL;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE ONLY public.numbered ALTER COLUMN m DROP DEFAULT;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE ONLY public.numbered ALTER COLUMN n DROP DEFAULT;

ALTER SEQUENCE public.first_id_seq OWNED BY NONE;

ALTER SEQUENCE public.first_id_seq OWNED BY public.second.id;

-- breaks old code; lock timeout 3s, statement timeout 30s
DROP FUNCTION public.next_number();

CREATE OR REPLACE FUNCTION public.next_number(step integer DEFAULT 1)
 RETURNS integer
 LANGUAGE sql
AS $function$SELECT 1$function$;

-- access change; lock timeout 3s, statement timeout 30s
ALTER FUNCTION public.next_number(step integer) OWNER TO postgres;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE ONLY public.numbered ALTER COLUMN m SET DEFAULT public.next_number(2);

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE ONLY public.numbered ALTER COLUMN n SET DEFAULT public.next_number();

CREATE VIEW public.number AS
SELECT public.next_number() AS n;

-- access change; lock timeout 3s, statement timeout 30s
ALTER VIEW public.number OWNER TO postgres;

