CREATE TABLE accounts (id integer PRIMARY KEY, email text, balance numeric, region text,
  CONSTRAINT one_email UNIQUE NULLS NOT DISTINCT (email) INCLUDE (region) WITH (fillfactor = 80));
CREATE TABLE orders (id integer PRIMARY KEY, account integer, quantity integer, during int4range);
ALTER TABLE orders ADD CONSTRAINT quantity_small CHECK (quantity < 1000);
ALTER TABLE orders ADD CONSTRAINT looked_at CHECK (account > 0);
ALTER TABLE orders ADD CONSTRAINT later CHECK (quantity <> 13) NO INHERIT NOT VALID;
ALTER TABLE orders ADD CONSTRAINT whose FOREIGN KEY (account) REFERENCES accounts ON DELETE SET NULL ON UPDATE CASCADE
  DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE orders ADD CONSTRAINT apart EXCLUDE USING gist (during WITH &&) WHERE (quantity > 0);
