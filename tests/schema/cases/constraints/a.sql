CREATE TABLE accounts (id integer, email text, balance numeric, region text);
CREATE TABLE orders (id integer PRIMARY KEY, account integer, quantity integer, during int4range);
ALTER TABLE orders ADD CONSTRAINT quantity_small CHECK (quantity < 100);
ALTER TABLE orders ADD CONSTRAINT looked_at CHECK (account > 0) NOT VALID;
