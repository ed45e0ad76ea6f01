-- migration: 1.3.0 order_limits
-- description: when an order was settled, and no order above 100000 shares
-- author: data-platform
-- date: 2026-11-23
-- breaking: no
-- requires: 1.2.0

-- ferry:up
ALTER TABLE orders ADD COLUMN settled_at timestamptz;
ALTER TABLE orders ADD CONSTRAINT orders_quantity_limit CHECK (quantity <= 100000);

-- ferry:down
ALTER TABLE orders DROP CONSTRAINT orders_quantity_limit;
ALTER TABLE orders DROP COLUMN settled_at;

-- ferry:verify
SELECT count(*) = 1 FROM pg_catalog.pg_constraint WHERE conname = 'orders_quantity_limit' AND convalidated;
