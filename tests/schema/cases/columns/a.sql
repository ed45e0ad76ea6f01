CREATE TABLE prices (id integer NOT NULL, symbol varchar(10), close numeric(10,2) DEFAULT 0, note text,
  old_flag boolean, counted bigint GENERATED ALWAYS AS IDENTITY);
CREATE VIEW closes AS SELECT id, close FROM prices;
