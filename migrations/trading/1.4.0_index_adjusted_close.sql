-- migration: 1.4.0 index_adjusted_close
-- description: prices can be found by their adjusted close
-- author: data-platform
-- date: 2026-11-26
-- breaking: no
-- requires: 1.1.0

-- How to add an index while others write. CONCURRENTLY runs outside a transaction; the agent records that it is
-- about to begin, asks the catalog what came of it, and drops and rebuilds what was left invalid.

-- ferry:up
CREATE INDEX CONCURRENTLY prices_adjusted_close_idx ON prices (adjusted_close);

-- ferry:down
DROP INDEX CONCURRENTLY IF EXISTS prices_adjusted_close_idx;

-- ferry:verify
SELECT count(*) = 1
  FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
 WHERE c.relname = 'prices_adjusted_close_idx' AND c.relnamespace = 'public'::regnamespace
   AND i.indrelid = pg_catalog.to_regclass('public.prices') AND i.indisvalid AND i.indisready;
