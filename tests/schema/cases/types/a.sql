CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TYPE shrinking AS ENUM ('a', 'b', 'c');
CREATE TYPE pair AS (x integer, y text);
CREATE DOMAIN percent AS numeric DEFAULT 0 CONSTRAINT low CHECK (VALUE >= 0);
CREATE TABLE uses (m mood DEFAULT 'sad', s shrinking DEFAULT 'a', p pair, pct percent);
-- A domain over a domain that columns hold.
CREATE DOMAIN amount AS integer;
CREATE DOMAIN price AS amount CHECK (value > 0);
CREATE TABLE offers (price price);
