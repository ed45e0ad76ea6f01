CREATE SEQUENCE plain;
CREATE SEQUENCE loose AS integer;
CREATE TABLE items (id serial, n integer);
