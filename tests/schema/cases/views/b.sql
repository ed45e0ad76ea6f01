CREATE TABLE orders (id integer PRIMARY KEY, customer text, total numeric(12,2), placed date);
CREATE VIEW totals WITH (security_barrier = true) AS SELECT upper(customer) AS customer, total, placed FROM orders;
CREATE VIEW big AS SELECT customer FROM totals WHERE total > 1000;
COMMENT ON VIEW big IS 'more than a thousand';
CREATE MATERIALIZED VIEW daily WITH (fillfactor = 80) AS SELECT placed, max(total) AS total FROM orders GROUP BY placed;
CREATE UNIQUE INDEX daily_placed ON daily (placed);
CREATE VIEW kept AS SELECT id, customer FROM orders WHERE id > 0 WITH LOCAL CHECK OPTION;
ALTER VIEW kept ALTER id SET DEFAULT 1;
CREATE VIEW "by id" AS SELECT o.id, o.customer, o.total FROM orders o GROUP BY o.id;
