-- migration: 4.0.0 drop_backtest_results
-- description: backtests are kept by the research team; the table goes into quarantine
-- author: data-platform
-- date: 2026-11-26
-- breaking: yes
-- requires: 1.0.0

-- How to drop a table. For every program it is gone from this moment on; its rows, indexes and rights are still
-- there under another name, and `down` is a rename back. When nobody has missed it for a while, a later migration
-- drops quarantine_backtest_results, or an administrator does by hand.

-- ferry:up
ALTER TABLE backtest_results RENAME TO quarantine_backtest_results;
COMMENT ON TABLE quarantine_backtest_results IS 'Taken out of use by 4.0.0; not to be read by programs.';

-- ferry:down
COMMENT ON TABLE quarantine_backtest_results IS NULL;
ALTER TABLE quarantine_backtest_results RENAME TO backtest_results;

-- ferry:verify
SELECT pg_catalog.to_regclass('public.backtest_results') IS NULL
   AND pg_catalog.to_regclass('public.quarantine_backtest_results') IS NOT NULL;
