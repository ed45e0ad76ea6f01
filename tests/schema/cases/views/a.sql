CREATE TABLE orders (id integer PRIMARY KEY, customer text, total numeric, placed date);
CREATE VIEW totals AS SELECT customer, total FROM orders;
CREATE VIEW big AS SELECT customer FROM totals WHERE total > 100;
CREATE MATERIALIZED VIEW daily AS SELECT placed, sum(total) AS total FROM orders GROUP BY placed;
CREATE INDEX daily_placed ON daily (placed);
CREATE VIEW kept AS SELECT id FROM orders;
