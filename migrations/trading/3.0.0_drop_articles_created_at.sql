-- migration: 3.0.0 drop_articles_created_at
-- description: articles no longer say when they were loaded; published_at is what counts
-- author: data-platform
-- date: 2026-11-26
-- breaking: yes
-- requires: 1.0.0

-- How to drop a column. Its values are copied under the lock of the DROP itself, so that the copy holds whatever was
-- written until that moment; `down` brings them back. When nobody has missed them for a while, a later migration drops
-- quarantine_articles_created_at.

-- ferry:up
LOCK TABLE articles IN ACCESS EXCLUSIVE MODE;
CREATE TABLE quarantine_articles_created_at (
  id         bigint CONSTRAINT quarantine_articles_created_at_pkey PRIMARY KEY,
  created_at timestamptz NOT NULL
);
INSERT INTO quarantine_articles_created_at (id, created_at) SELECT id, created_at FROM articles;
ALTER TABLE articles DROP COLUMN created_at;

-- Articles that came meanwhile get the time of the rollback.
-- ferry:down
ALTER TABLE articles ADD COLUMN created_at timestamptz NOT NULL DEFAULT now();
UPDATE articles SET created_at = q.created_at FROM quarantine_articles_created_at q WHERE q.id = articles.id;
DROP TABLE quarantine_articles_created_at;

-- ferry:verify
SELECT count(*) = 0
  FROM pg_catalog.pg_attribute a
 WHERE a.attrelid = pg_catalog.to_regclass('public.articles') AND a.attname = 'created_at' AND NOT a.attisdropped;
SELECT count(*) = 1
  FROM pg_catalog.pg_constraint k
 WHERE k.conrelid = pg_catalog.to_regclass('public.quarantine_articles_created_at') AND k.contype = 'p';
