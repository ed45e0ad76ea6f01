-- ACCESS EXCLUSIVE lock, may fail; lock timeout 3s, statement timeout 30s
ALTER TABLE public.accounts ADD CONSTRAINT ferry_not_null_c9c316f72a9c CHECK (id IS NOT NULL) NOT VALID;

-- SHARE UPDATE EXCLUSIVE lock, full scan, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE public.accounts VALIDATE CONSTRAINT ferry_not_null_c9c316f72a9c;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.accounts ALTER COLUMN id SET NOT NULL;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.accounts DROP CONSTRAINT ferry_not_null_c9c316f72a9c;

-- SHARE UPDATE EXCLUSIVE lock, index build, may fail, not in a transaction; lock timeout 3s, statement timeout 12h
CREATE UNIQUE INDEX CONCURRENTLY accounts_pkey ON public.accounts USING btree (id);

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.accounts ADD CONSTRAINT accounts_pkey PRIMARY KEY USING INDEX accounts_pkey;

-- SHARE UPDATE EXCLUSIVE lock, index build, may fail, not in a transaction; lock timeout 3s, statement timeout 12h
CREATE UNIQUE INDEX CONCURRENTLY one_email ON public.accounts USING btree (email) INCLUDE (region) NULLS NOT DISTINCT WITH (fillfactor='80');

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.accounts ADD CONSTRAINT one_email UNIQUE USING INDEX one_email;

-- ACCESS EXCLUSIVE lock, index build, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE public.orders ADD CONSTRAINT apart EXCLUDE USING gist (during WITH &&) WHERE ((quantity > 0));

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.orders ADD CONSTRAINT later CHECK ((quantity <> 13)) NO INHERIT NOT VALID;

-- SHARE UPDATE EXCLUSIVE lock, full scan, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE public.orders VALIDATE CONSTRAINT looked_at;

-- SHARE ROW EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.orders ADD CONSTRAINT whose FOREIGN KEY (account) REFERENCES public.accounts(id) ON UPDATE CASCADE ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED NOT VALID;

-- SHARE UPDATE EXCLUSIVE lock, full scan, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE public.orders VALIDATE CONSTRAINT whose;

-- ACCESS EXCLUSIVE lock, gap; lock timeout 3s, statement timeout 30s
ALTER TABLE public.orders DROP CONSTRAINT quantity_small;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.orders ADD CONSTRAINT quantity_small CHECK ((quantity < 1000)) NOT VALID;

-- SHARE UPDATE EXCLUSIVE lock, full scan, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE public.orders VALIDATE CONSTRAINT quantity_small;

