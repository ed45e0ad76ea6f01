CREATE TYPE mood AS ENUM ('sad', 'it''s ok', 'happy', 'Very happy');
CREATE TYPE shrinking AS ENUM ('a', 'c');
CREATE TYPE pair AS (x bigint, z text COLLATE "C");
CREATE DOMAIN percent AS numeric DEFAULT 1 NOT NULL CONSTRAINT low CHECK (VALUE > 0);
ALTER DOMAIN percent ADD CONSTRAINT high CHECK (VALUE <= 100) NOT VALID;
CREATE TYPE spans AS RANGE (subtype = double precision, subtype_diff = float8mi, multirange_type_name = many_spans);
CREATE TABLE uses (m mood DEFAULT 'happy', s shrinking DEFAULT 'a', p pair, pct percent, during spans);
CREATE CAST (mood AS jsonb) WITH INOUT AS ASSIGNMENT;
COMMENT ON TYPE mood IS 'how it is';
