CREATE TABLE prices (id integer GENERATED ALWAYS AS IDENTITY CONSTRAINT prices_key PRIMARY KEY,
  symbol text CONSTRAINT prices_symbol UNIQUE, lot integer GENERATED ALWAYS AS IDENTITY, plain integer, gone integer GENERATED ALWAYS AS IDENTITY);
COMMENT ON INDEX prices_key IS 'found by id';
COMMENT ON INDEX prices_symbol IS 'one row a symbol';
COMMENT ON SEQUENCE prices_id_seq IS 'ids';
GRANT USAGE ON SEQUENCE prices_id_seq TO property_owner;
GRANT SELECT ON SEQUENCE prices_lot_seq TO "property writer";
COMMENT ON SEQUENCE prices_gone_seq IS 'gone with its column';
GRANT USAGE ON SEQUENCE prices_gone_seq TO property_owner;
