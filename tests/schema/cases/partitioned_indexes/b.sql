CREATE TABLE trades (day date NOT NULL, symbol text NOT NULL) PARTITION BY LIST (symbol);
CREATE TABLE trades_a PARTITION OF trades FOR VALUES IN ('AAPL');
ALTER TABLE trades ADD CONSTRAINT trades_key PRIMARY KEY (day, symbol) WITH (fillfactor = 70);
CREATE INDEX by_lower ON trades (lower(symbol));
ALTER TABLE ONLY by_lower ALTER COLUMN 1 SET STATISTICS 77;
CREATE TABLE orders (region text COLLATE "C", known boolean GENERATED ALWAYS AS (region IS NOT NULL) STORED) PARTITION BY LIST (region);
CREATE TABLE orders_eu PARTITION OF orders FOR VALUES IN ('de', 'fr');
ALTER TABLE orders ADD CONSTRAINT orders_key PRIMARY KEY (region, known);
