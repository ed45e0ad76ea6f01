CREATE TABLE notes (id integer, owner_name text, body text);
CREATE POLICY own ON notes USING (owner_name = current_user);
CREATE POLICY gone ON notes FOR SELECT USING (true);
GRANT SELECT, INSERT ON notes TO property_owner;
CREATE FUNCTION secret() RETURNS integer LANGUAGE sql AS 'SELECT 1';
