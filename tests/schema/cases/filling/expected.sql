CREATE MATERIALIZED VIEW public.daily AS
SELECT known.id
   FROM public.known
WITH NO DATA;

CREATE MATERIALIZED VIEW public.few_kinds AS
SELECT kinds.kind
   FROM public.kinds
 LIMIT 3
WITH NO DATA;

-- ACCESS EXCLUSIVE lock, full scan, access change; lock timeout 3s, statement timeout 12h
DO 'BEGIN REFRESH MATERIALIZED VIEW public.daily; EXCEPTION WHEN insufficient_privilege THEN ALTER VIEW public.known OWNER TO CURRENT_USER; REFRESH MATERIALIZED VIEW public.daily; ALTER VIEW public.known OWNER TO property_owner; GRANT SELECT ON TABLE public.known TO "property writer"; END';

-- full scan; lock timeout 3s, statement timeout 12h
REFRESH MATERIALIZED VIEW public.kinds;

-- full scan; lock timeout 3s, statement timeout 12h
REFRESH MATERIALIZED VIEW public.few_kinds;

-- access change; lock timeout 3s, statement timeout 30s
ALTER MATERIALIZED VIEW public.daily OWNER TO postgres;

-- access change; lock timeout 3s, statement timeout 30s
ALTER MATERIALIZED VIEW public.few_kinds OWNER TO postgres;

