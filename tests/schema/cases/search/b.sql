CREATE TEXT SEARCH DICTIONARY stops (TEMPLATE = simple, stopwords = english, accept = false);
CREATE TEXT SEARCH CONFIGURATION words (PARSER = "default");
ALTER TEXT SEARCH CONFIGURATION words ADD MAPPING FOR asciiword WITH stops, simple;
ALTER TEXT SEARCH CONFIGURATION words ADD MAPPING FOR email, url WITH simple;
CREATE TABLE pages (body text COLLATE "POSIX");
CREATE INDEX found ON pages USING gin (to_tsvector('words'::regconfig, body));
CREATE COLLATION ordered (locale = 'POSIX');
CREATE FUNCTION same(text, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2';
CREATE OPERATOR === (FUNCTION = same, LEFTARG = text, RIGHTARG = text, COMMUTATOR = ===, RESTRICT = eqsel, JOIN = eqjoinsel);
CREATE OPERATOR FAMILY numbers USING btree;
CREATE OPERATOR CLASS numbers_up FOR TYPE integer USING btree FAMILY numbers AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =,
  OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(integer, integer);
CREATE CONVERSION "Latin" FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
