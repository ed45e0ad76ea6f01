CREATE TABLE prices (id integer, kind text);
CREATE VIEW known AS SELECT id FROM prices;
GRANT SELECT ON known TO "property writer";
CREATE MATERIALIZED VIEW daily AS SELECT id FROM known;
ALTER VIEW known OWNER TO property_owner;
CREATE MATERIALIZED VIEW kinds AS SELECT kind FROM prices;
CREATE MATERIALIZED VIEW few_kinds AS SELECT kind FROM kinds LIMIT 3;
