-- migration: 1.5.0 widen_order_quantity
-- description: orders of more than two billion shares: quantity becomes bigint
-- author: data-platform
-- date: 2026-11-26
-- breaking: no
-- requires: 1.0.0

-- How to change a column's type where ALTER COLUMN … TYPE would rewrite the table and stop everybody meanwhile: a
-- second column, kept in step by a trigger, filled in slices, constrained, and swapped in within a moment. quantity is
-- then the table's last column, so code must name its columns, as it should.
-- (From varchar(20) to varchar(40), or numeric(10,2) to numeric(12,2), nothing is rewritten: a plain ALTER will do.)

-- ferry:up
ALTER TABLE orders ADD COLUMN quantity_wide bigint;
CREATE FUNCTION orders_widen_quantity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.quantity_wide := NEW.quantity;
  RETURN NEW;
END $$;
CREATE TRIGGER orders_widen_quantity BEFORE INSERT OR UPDATE ON orders
  FOR EACH ROW EXECUTE FUNCTION orders_widen_quantity();

-- ferry:backfill table=orders batch=5000
UPDATE orders SET quantity_wide = quantity WHERE quantity_wide IS NULL;

-- ferry:up
ALTER TABLE orders ADD CONSTRAINT orders_quantity_wide_set CHECK (quantity_wide IS NOT NULL) NOT VALID;
ALTER TABLE orders ADD CONSTRAINT orders_quantity_wide_check CHECK (quantity_wide > 0) NOT VALID;

-- ferry:up
ALTER TABLE orders VALIDATE CONSTRAINT orders_quantity_wide_set;
ALTER TABLE orders VALIDATE CONSTRAINT orders_quantity_wide_check;

-- ferry:up
-- The validated constraint proves it: SET NOT NULL reads no row.
ALTER TABLE orders ALTER COLUMN quantity_wide SET NOT NULL;
ALTER TABLE orders DROP CONSTRAINT orders_quantity_wide_set;
DROP TRIGGER orders_widen_quantity ON orders;
DROP FUNCTION orders_widen_quantity();
-- Its values live on in quantity_wide, row by row.
ALTER TABLE orders DROP COLUMN quantity;
ALTER TABLE orders RENAME COLUMN quantity_wide TO quantity;
ALTER TABLE orders RENAME CONSTRAINT orders_quantity_wide_check TO orders_quantity_check;

-- Also undoes a migration that stopped between its sections. Rewrites the table while everybody waits, and refuses
-- (22003) as long as an order needs the wide type.
-- ferry:down
DROP TRIGGER IF EXISTS orders_widen_quantity ON orders;
DROP FUNCTION IF EXISTS orders_widen_quantity();
ALTER TABLE orders DROP COLUMN IF EXISTS quantity_wide;
ALTER TABLE orders ALTER COLUMN quantity TYPE integer;

-- ferry:verify
SELECT count(*) = 1
  FROM pg_catalog.pg_attribute a
 WHERE a.attrelid = pg_catalog.to_regclass('public.orders') AND a.attname = 'quantity' AND NOT a.attisdropped
   AND a.atttypid = 'pg_catalog.int8'::regtype AND a.attnotnull;
SELECT count(*) = 1
  FROM pg_catalog.pg_constraint k
 WHERE k.conrelid = pg_catalog.to_regclass('public.orders') AND k.conname = 'orders_quantity_check' AND k.convalidated;
-- Nothing of the scaffolding is left.
SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t
                    WHERE t.tgrelid = pg_catalog.to_regclass('public.orders') AND t.tgname = 'orders_widen_quantity');
