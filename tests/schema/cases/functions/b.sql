CREATE FUNCTION fee(amount integer) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT COST 5 AS 'SELECT amount::bigint / 50';
CREATE FUNCTION label() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog
  AS $$SELECT 'it''s "y"'$$;
CREATE FUNCTION added(VARIADIC "all" integer[]) RETURNS SETOF integer LANGUAGE sql ROWS 10 AS 'SELECT unnest("all")';
CREATE TABLE sales (id integer DEFAULT fee(700), amount integer CHECK (fee(amount) < 10), name text DEFAULT label());
CREATE INDEX by_fee ON sales (fee(amount));
CREATE FUNCTION whole() RETURNS SETOF sales BEGIN ATOMIC SELECT * FROM sales; END;
CREATE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '1', COMBINEFUNC = int4pl, PARALLEL = SAFE);
CREATE PROCEDURE clean(IN days integer, INOUT result text) LANGUAGE plpgsql AS 'BEGIN END';
