CREATE TABLE trades (day date NOT NULL, symbol text NOT NULL, price numeric, venue text) PARTITION BY RANGE (day);
ALTER TABLE trades ADD PRIMARY KEY (day, symbol);
CREATE TABLE trades_2026 PARTITION OF trades FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE trades_2027 PARTITION OF trades FOR VALUES FROM ('2027-01-01') TO ('2028-01-01') PARTITION BY LIST (symbol);
CREATE TABLE trades_2027_a PARTITION OF trades_2027 FOR VALUES IN ('AAPL', 'it''s') WITH (fillfactor = 70);
CREATE TABLE trades_2027_rest PARTITION OF trades_2027 DEFAULT;
CREATE INDEX by_price ON trades (price) WHERE price > 0;
CREATE TABLE sums (kind integer, total bigint, half bigint GENERATED ALWAYS AS (total / 2) STORED) PARTITION BY LIST (kind);
CREATE TABLE sums_1 PARTITION OF sums FOR VALUES IN (1);
