-- migration: 1.1.0 add_adjusted_close
-- description: split- and dividend-adjusted close, backfilled from close
-- author: data-platform
-- date: 2026-11-22
-- breaking: no
-- requires: 1.0.0

-- ferry:up
ALTER TABLE prices ADD COLUMN adjusted_close NUMERIC(10,2);

-- ferry:backfill table=prices batch=5000
UPDATE prices SET adjusted_close = close WHERE adjusted_close IS NULL AND close IS NOT NULL;

-- ferry:down
ALTER TABLE prices DROP COLUMN adjusted_close;

-- ferry:verify
SELECT count(*) = 1 FROM information_schema.columns
 WHERE table_name = 'prices' AND column_name = 'adjusted_close';
SELECT NOT EXISTS (SELECT FROM prices WHERE adjusted_close IS NULL AND close IS NOT NULL);
