CREATE TABLE trades (day date NOT NULL, symbol text NOT NULL, price numeric) PARTITION BY RANGE (day);
CREATE TABLE trades_2025 PARTITION OF trades FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE trades_2026 PARTITION OF trades FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE INDEX by_symbol ON trades (symbol);
CREATE TABLE sums_1 (kind integer);
