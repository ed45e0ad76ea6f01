CREATE FUNCTION fee(amount integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT amount / 100';
CREATE FUNCTION label() RETURNS text LANGUAGE sql AS $$SELECT 'x'$$;
CREATE FUNCTION gone(text) RETURNS text LANGUAGE sql AS 'SELECT $1';
CREATE TABLE sales (id integer DEFAULT fee(700), amount integer CHECK (fee(amount) < 10), name text DEFAULT label());
CREATE INDEX by_fee ON sales (fee(amount));
CREATE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0');
CREATE PROCEDURE clean(IN days integer) LANGUAGE plpgsql AS 'BEGIN END';
