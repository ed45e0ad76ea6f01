CREATE TABLE documents (id integer PRIMARY KEY, title text, body jsonb, made timestamptz, rank integer, words tsvector);
CREATE INDEX by_title ON documents (title);
CREATE INDEX by_rank ON documents (rank);
CREATE INDEX dropped ON documents (made);
