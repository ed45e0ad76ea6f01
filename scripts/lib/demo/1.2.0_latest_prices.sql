-- migration: 1.2.0 latest_prices
-- description: the latest adjusted close of every symbol, and an index to find it by
-- author: data-platform
-- date: 2026-11-23
-- breaking: no
-- requires: 1.1.0

-- ferry:up
CREATE INDEX CONCURRENTLY prices_symbol_adjusted_close_idx ON prices (symbol, timestamp DESC, adjusted_close);
CREATE VIEW latest_prices AS
  SELECT DISTINCT ON (symbol) symbol, timestamp, adjusted_close
    FROM prices WHERE adjusted_close IS NOT NULL ORDER BY symbol, timestamp DESC;

-- ferry:down
DROP VIEW latest_prices;
DROP INDEX prices_symbol_adjusted_close_idx;

-- ferry:verify
SELECT count(*) > 0 FROM pg_catalog.pg_views WHERE schemaname = 'public' AND viewname = 'latest_prices';
SELECT bool_and(indisvalid) FROM pg_catalog.pg_index WHERE indexrelid = 'prices_symbol_adjusted_close_idx'::regclass;
