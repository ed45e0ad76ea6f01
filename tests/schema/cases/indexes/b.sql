CREATE TABLE documents (id integer PRIMARY KEY, title text, body jsonb, made timestamptz, rank integer, words tsvector);
CREATE INDEX by_title ON documents (lower(title) text_pattern_ops, rank DESC NULLS LAST) INCLUDE (made) WHERE rank > 0;
CREATE INDEX by_rank ON documents (rank);
COMMENT ON INDEX by_rank IS 'for the front page';
CREATE INDEX by_body ON documents USING gin (body jsonb_path_ops) WITH (fastupdate = off);
CREATE INDEX by_words ON documents USING gist (words tsvector_ops (siglen = 100));
CREATE UNIQUE INDEX "Once a moment" ON documents (made) NULLS NOT DISTINCT;
ALTER INDEX by_title ALTER COLUMN 1 SET STATISTICS 400;
ALTER TABLE documents CLUSTER ON by_rank;
