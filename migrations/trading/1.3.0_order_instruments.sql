-- migration: 1.3.0 order_instruments
-- description: an order is for an instrument that is known
-- author: data-platform
-- date: 2026-11-26
-- breaking: no
-- requires: 1.2.0

-- How to add a foreign key without stopping those who write. NOT VALID holds new rows to it at once, in a moment;
-- VALIDATE reads the old rows under a lock that lets everybody read and write. Each up section commits by itself, so
-- that the first lock is gone before the reading begins.

-- ferry:up
INSERT INTO instruments (symbol) SELECT DISTINCT symbol FROM orders ON CONFLICT (symbol) DO NOTHING;
ALTER TABLE orders ADD CONSTRAINT orders_instrument_fkey
  FOREIGN KEY (symbol) REFERENCES instruments (symbol) NOT VALID;

-- ferry:up
-- Once more, for orders that came between the two statements above.
INSERT INTO instruments (symbol) SELECT DISTINCT symbol FROM orders ON CONFLICT (symbol) DO NOTHING;
ALTER TABLE orders VALIDATE CONSTRAINT orders_instrument_fkey;

-- The instruments that were added stay: they belong to orders that stay too.
-- ferry:down
ALTER TABLE orders DROP CONSTRAINT orders_instrument_fkey;

-- ferry:verify
SELECT count(*) = 1
  FROM pg_catalog.pg_constraint k
 WHERE k.conname = 'orders_instrument_fkey' AND k.contype = 'f' AND k.convalidated
   AND k.conrelid = pg_catalog.to_regclass('public.orders')
   AND k.confrelid = pg_catalog.to_regclass('public.instruments');
