-- migration: 1.2.0 add_instruments
-- description: one row for each instrument that is traded, filled with every symbol that has a price
-- author: data-platform
-- date: 2026-11-26
-- breaking: no
-- requires: 1.0.0

-- How to add a table. Nobody reads or writes it yet, so nothing can be in the way.

-- ferry:up
CREATE TABLE instruments (
  symbol     varchar(20) CONSTRAINT instruments_pkey PRIMARY KEY,
  name       text,
  currency   varchar(3) NOT NULL DEFAULT 'USD',
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT instruments_currency_check CHECK (currency ~ '^[A-Z]{3}$')
);
COMMENT ON TABLE instruments IS 'What can be traded; the application adds an instrument before its first order.';
-- From symbol to symbol along the index on (symbol, timestamp): 20 look-ups instead of reading every bar.
INSERT INTO instruments (symbol)
WITH RECURSIVE known AS (
  (SELECT symbol FROM prices ORDER BY symbol LIMIT 1)
  UNION ALL
  SELECT (SELECT p.symbol FROM prices p WHERE p.symbol > known.symbol ORDER BY p.symbol LIMIT 1)
    FROM known WHERE known.symbol IS NOT NULL
)
SELECT symbol FROM known WHERE symbol IS NOT NULL;

-- Names and currencies entered since are lost with the table; the backup that precedes a rollback has them.
-- ferry:down
DROP TABLE instruments;

-- ferry:verify
-- The columns, as the application uses them.
SELECT count(*) = 4
  FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
 WHERE c.relnamespace = 'public'::regnamespace AND c.relname = 'instruments' AND c.relkind = 'r'
   AND a.attname IN ('symbol', 'name', 'currency', 'created_at');
SELECT count(*) = 2
  FROM pg_catalog.pg_constraint k
 WHERE k.conrelid = pg_catalog.to_regclass('public.instruments')
   AND k.conname IN ('instruments_pkey', 'instruments_currency_check') AND k.convalidated;
