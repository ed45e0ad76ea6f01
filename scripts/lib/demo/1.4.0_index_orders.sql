-- migration: 1.4.0 index_orders
-- description: orders can be found by symbol and time while others write
-- author: data-platform
-- date: 2026-11-26
-- breaking: no
-- requires: 1.2.0

-- ferry:up
CREATE INDEX CONCURRENTLY orders_symbol_placed_at_idx ON orders (symbol, placed_at);

-- ferry:down
DROP INDEX CONCURRENTLY IF EXISTS orders_symbol_placed_at_idx;

-- ferry:verify
SELECT bool_and(indisvalid) FROM pg_catalog.pg_index WHERE indexrelid = 'public.orders_symbol_placed_at_idx'::regclass;
