-- migration: 2.0.0 rename_close
-- description: the column close of prices is called close_price
-- author: data-platform
-- date: 2026-11-26
-- breaking: yes
-- requires: 1.1.0

-- How to rename a column. A moment's work for the database, and the end of every program that still says close:
-- hence a MAJOR version. Where old and new code must run side by side, add the new column, keep both in step with a
-- trigger as 1.5.0 does, and drop the old one in a later version.

-- ferry:up
ALTER TABLE prices RENAME COLUMN close TO close_price;

-- ferry:down
ALTER TABLE prices RENAME COLUMN close_price TO close;

-- ferry:verify
SELECT count(*) FILTER (WHERE a.attname = 'close_price') = 1 AND count(*) FILTER (WHERE a.attname = 'close') = 0
  FROM pg_catalog.pg_attribute a
 WHERE a.attrelid = pg_catalog.to_regclass('public.prices') AND NOT a.attisdropped;
