-- migration: 1.5.0 article_slugs
-- description: the last part of an article's address, made from its title by a program
-- author: data-platform
-- date: 2026-11-26
-- breaking: no
-- requires: 1.0.0

-- ferry:up
ALTER TABLE articles ADD COLUMN slug text;

-- ferry:transform program=slugify key=id set=slug batch=500
SELECT id, title FROM articles WHERE slug IS NULL;

-- ferry:down
ALTER TABLE articles DROP COLUMN slug;

-- ferry:verify
SELECT count(*) = 0 FROM public.articles WHERE slug IS NULL;
