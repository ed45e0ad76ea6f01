CREATE FOREIGN DATA WRAPPER files OPTIONS (debug 'false', "Extra" 'it''s');
CREATE SERVER remote VERSION '2' FOREIGN DATA WRAPPER files OPTIONS (port '5432');
CREATE USER MAPPING FOR PUBLIC SERVER remote OPTIONS ("user" 'me');
CREATE FOREIGN TABLE far (id bigint OPTIONS (name 'Id', type 'x') NOT NULL, CONSTRAINT positive CHECK (id > 0)) SERVER remote
  OPTIONS (path '/b');
COMMENT ON FOREIGN TABLE far IS 'elsewhere';
