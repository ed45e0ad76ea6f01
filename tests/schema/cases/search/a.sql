CREATE TEXT SEARCH CONFIGURATION words (PARSER = "default");
ALTER TEXT SEARCH CONFIGURATION words ADD MAPPING FOR asciiword WITH simple;
CREATE TABLE pages (body text);
CREATE INDEX found ON pages USING gin (to_tsvector('words'::regconfig, body));
CREATE COLLATION ordered (locale = 'C');
