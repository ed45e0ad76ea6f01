SET check_function_bodies = false;

CREATE OR REPLACE FUNCTION public.same(text, text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
AS $function$SELECT $1 = $2$function$;

-- access change; lock timeout 3s, statement timeout 30s
ALTER FUNCTION public.same(text, text) OWNER TO postgres;

CREATE OPERATOR public.=== (FUNCTION = public.same, LEFTARG = text, RIGHTARG = text, COMMUTATOR = OPERATOR(public.===), RESTRICT = pg_catalog.eqsel, JOIN = pg_catalog.eqjoinsel);

-- access change; lock timeout 3s, statement timeout 30s
ALTER OPERATOR public.=== (text, text) OWNER TO postgres;

CREATE OPERATOR FAMILY public.numbers USING btree;

-- access change; lock timeout 3s, statement timeout 30s
ALTER OPERATOR FAMILY public.numbers USING btree OWNER TO postgres;

CREATE OPERATOR CLASS public.numbers_up FOR TYPE integer USING btree FAMILY public.numbers AS OPERATOR 1 pg_catalog.<(integer, integer), OPERATOR 2 pg_catalog.<=(integer, integer), OPERATOR 3 pg_catalog.=(integer, integer), OPERATOR 4 pg_catalog.>=(integer, integer), OPERATOR 5 pg_catalog.>(integer, integer), FUNCTION 1 (integer, integer) pg_catalog.btint4cmp(integer, integer);

-- access change; lock timeout 3s, statement timeout 30s
ALTER OPERATOR CLASS public.numbers_up USING btree OWNER TO postgres;

CREATE CONVERSION public."Latin" FOR 'LATIN1' TO 'UTF8' FROM pg_catalog.iso8859_1_to_utf8;

-- access change; lock timeout 3s, statement timeout 30s
ALTER CONVERSION public."Latin" OWNER TO postgres;

CREATE TEXT SEARCH DICTIONARY public.stops (TEMPLATE = pg_catalog.simple, stopwords = 'english', accept = 'false');

-- access change; lock timeout 3s, statement timeout 30s
ALTER TEXT SEARCH DICTIONARY public.stops OWNER TO postgres;

ALTER TEXT SEARCH CONFIGURATION public.words ALTER MAPPING FOR asciiword WITH public.stops, pg_catalog.simple;

ALTER TEXT SEARCH CONFIGURATION public.words ADD MAPPING FOR email WITH pg_catalog.simple;

ALTER TEXT SEARCH CONFIGURATION public.words ADD MAPPING FOR url WITH pg_catalog.simple;

-- ACCESS EXCLUSIVE lock, table rewrite, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE public.pages ALTER COLUMN body TYPE text COLLATE pg_catalog."POSIX";

-- gap; lock timeout 3s, statement timeout 30s
DROP COLLATION public.ordered;

CREATE COLLATION public.ordered (provider = libc, locale = 'POSIX');

-- access change; lock timeout 3s, statement timeout 30s
ALTER COLLATION public.ordered OWNER TO postgres;

