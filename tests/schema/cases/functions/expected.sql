SET check_function_bodies = false;

CREATE OR REPLACE FUNCTION public.added(VARIADIC "all" integer[])
 RETURNS SETOF integer
 LANGUAGE sql
 ROWS 10
AS $function$SELECT unnest("all")$function$;

-- access change; lock timeout 3s, statement timeout 30s
ALTER FUNCTION public.added(VARIADIC "all" integer[]) OWNER TO postgres;

CREATE OR REPLACE FUNCTION public.whole()
 RETURNS SETOF public.sales
 LANGUAGE sql
BEGIN ATOMIC
 SELECT sales.id,
     sales.amount,
     sales.name
    FROM public.sales;
END;

-- access change; lock timeout 3s, statement timeout 30s
ALTER FUNCTION public.whole() OWNER TO postgres;

CREATE OR REPLACE FUNCTION public.label()
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$SELECT 'it''s "y"'$function$;

-- SHARE UPDATE EXCLUSIVE lock, gap, not in a transaction; lock timeout 3s, statement timeout 30s
DROP INDEX CONCURRENTLY public.by_fee;

-- ACCESS EXCLUSIVE lock, gap; lock timeout 3s, statement timeout 30s
ALTER TABLE public.sales DROP CONSTRAINT sales_amount_check;

-- gap; lock timeout 3s, statement timeout 30s
DROP AGGREGATE public.total(integer);

CREATE AGGREGATE public.total(integer) (SFUNC = pg_catalog.int4pl, STYPE = integer, INITCOND = '1', COMBINEFUNC = pg_catalog.int4pl, PARALLEL = SAFE);

-- access change; lock timeout 3s, statement timeout 30s
ALTER AGGREGATE public.total(integer) OWNER TO postgres;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE ONLY public.sales ALTER COLUMN id DROP DEFAULT;

-- gap; lock timeout 3s, statement timeout 30s
DROP FUNCTION public.fee(amount integer);

CREATE OR REPLACE FUNCTION public.fee(amount integer)
 RETURNS bigint
 LANGUAGE sql
 IMMUTABLE STRICT COST 5
AS $function$SELECT amount::bigint / 50$function$;

-- access change; lock timeout 3s, statement timeout 30s
ALTER FUNCTION public.fee(amount integer) OWNER TO postgres;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE ONLY public.sales ALTER COLUMN id SET DEFAULT public.fee(700);

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.sales ADD CONSTRAINT sales_amount_check CHECK ((public.fee(amount) < 10)) NOT VALID;

-- SHARE UPDATE EXCLUSIVE lock, full scan, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE public.sales VALIDATE CONSTRAINT sales_amount_check;

-- SHARE UPDATE EXCLUSIVE lock, index build, not in a transaction; lock timeout 3s, statement timeout 12h
CREATE INDEX CONCURRENTLY by_fee ON public.sales USING btree (public.fee(amount));

-- breaks old code; lock timeout 3s, statement timeout 30s
DROP PROCEDURE public.clean(IN days integer);

CREATE OR REPLACE PROCEDURE public.clean(IN days integer, INOUT result text)
 LANGUAGE plpgsql
AS $procedure$BEGIN END$procedure$;

-- access change; lock timeout 3s, statement timeout 30s
ALTER PROCEDURE public.clean(IN days integer, INOUT result text) OWNER TO postgres;

-- breaks old code; lock timeout 3s, statement timeout 30s
DROP FUNCTION public.gone(text);

