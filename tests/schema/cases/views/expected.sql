-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE ONLY public.kept ALTER COLUMN id SET DEFAULT 1;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
CREATE OR REPLACE VIEW public.kept WITH (check_option='local') AS
SELECT orders.id,
    orders.customer
   FROM public.orders
  WHERE (orders.id > 0);

-- ACCESS EXCLUSIVE lock, gap; lock timeout 3s, statement timeout 30s
DROP MATERIALIZED VIEW public.daily;

-- ACCESS EXCLUSIVE lock, gap; lock timeout 3s, statement timeout 30s
DROP VIEW public.big;

-- ACCESS EXCLUSIVE lock, gap; lock timeout 3s, statement timeout 30s
DROP VIEW public.totals;

-- ACCESS EXCLUSIVE lock, table rewrite, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE public.orders ALTER COLUMN total TYPE numeric(12,2);

CREATE VIEW public."by id" AS
SELECT o.id,
    o.customer,
    o.total
   FROM public.orders o
  GROUP BY o.id;

-- access change; lock timeout 3s, statement timeout 30s
ALTER VIEW public."by id" OWNER TO postgres;

CREATE MATERIALIZED VIEW public.daily WITH (fillfactor='80') AS
SELECT orders.placed,
    max(orders.total) AS total
   FROM public.orders
  GROUP BY orders.placed
WITH NO DATA;

CREATE UNIQUE INDEX daily_placed ON public.daily USING btree (placed);

CREATE VIEW public.totals WITH (security_barrier='true') AS
SELECT upper(orders.customer) AS customer,
    orders.total,
    orders.placed
   FROM public.orders;

-- access change; lock timeout 3s, statement timeout 30s
ALTER VIEW public.totals OWNER TO postgres;

CREATE VIEW public.big AS
SELECT totals.customer
   FROM public.totals
  WHERE (totals.total > (1000)::numeric);

COMMENT ON VIEW public.big IS 'more than a thousand';

-- access change; lock timeout 3s, statement timeout 30s
ALTER VIEW public.big OWNER TO postgres;

-- full scan; lock timeout 3s, statement timeout 12h
REFRESH MATERIALIZED VIEW public.daily;

-- access change; lock timeout 3s, statement timeout 30s
ALTER MATERIALIZED VIEW public.daily OWNER TO postgres;

