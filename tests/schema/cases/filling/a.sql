CREATE TABLE prices (id integer, kind text);
CREATE VIEW known AS SELECT id FROM prices;
GRANT SELECT ON known TO "property writer";
ALTER VIEW known OWNER TO property_owner;
CREATE MATERIALIZED VIEW kinds AS SELECT kind FROM prices WITH NO DATA;
