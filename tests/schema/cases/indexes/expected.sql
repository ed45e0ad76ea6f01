-- SHARE UPDATE EXCLUSIVE lock, index build, may fail, not in a transaction; lock timeout 3s, statement timeout 12h
CREATE UNIQUE INDEX CONCURRENTLY "Once a moment" ON public.documents USING btree (made) NULLS NOT DISTINCT;

-- SHARE UPDATE EXCLUSIVE lock, index build, not in a transaction; lock timeout 3s, statement timeout 12h
CREATE INDEX CONCURRENTLY by_body ON public.documents USING gin (body jsonb_path_ops) WITH (fastupdate=off);

-- SHARE UPDATE EXCLUSIVE lock, index build, not in a transaction; lock timeout 3s, statement timeout 12h
CREATE INDEX CONCURRENTLY by_words ON public.documents USING gist (words tsvector_ops (siglen='100'));

-- SHARE UPDATE EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.documents CLUSTER ON by_rank;

-- ACCESS SHARE lock; lock timeout 3s, statement timeout 30s
COMMENT ON INDEX public.by_rank IS 'for the front page';

-- SHARE UPDATE EXCLUSIVE lock, index build, not in a transaction; lock timeout 3s, statement timeout 12h
CREATE INDEX CONCURRENTLY ferry_new_c2c5a33357f4469e ON public.documents USING btree (lower(title) text_pattern_ops, rank DESC NULLS LAST) INCLUDE (made) WHERE (rank > 0);

-- SHARE UPDATE EXCLUSIVE lock, not in a transaction; lock timeout 3s, statement timeout 30s
DROP INDEX CONCURRENTLY public.by_title;

-- SHARE UPDATE EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER INDEX public.ferry_new_c2c5a33357f4469e RENAME TO by_title;

-- SHARE UPDATE EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER INDEX public.by_title ALTER COLUMN 1 SET STATISTICS 400;

-- SHARE UPDATE EXCLUSIVE lock, not in a transaction; lock timeout 3s, statement timeout 30s
DROP INDEX CONCURRENTLY public.dropped;

