CREATE SCHEMA rules;
CREATE FUNCTION rules.code(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1; END';
CREATE FUNCTION code(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT rules.code($1)';
CREATE TABLE orders (kind text, place text);
CREATE TABLE notes (id integer, body text);
ALTER TABLE notes OWNER TO property_owner;
GRANT UPDATE (body) ON notes TO property_owner;
CREATE PUBLICATION bodies FOR TABLE notes (body);
