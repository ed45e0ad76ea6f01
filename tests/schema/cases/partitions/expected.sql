CREATE TABLE public.sums (
    kind integer,
    total bigint,
    half bigint GENERATED ALWAYS AS ((total / 2)) STORED
)
PARTITION BY LIST (kind);

-- access change; lock timeout 3s, statement timeout 30s
ALTER TABLE public.sums OWNER TO postgres;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.sums_1 ADD COLUMN total bigint;

-- ACCESS EXCLUSIVE lock, table rewrite; lock timeout 3s, statement timeout 12h
ALTER TABLE public.sums_1 ADD COLUMN half bigint GENERATED ALWAYS AS ((total / 2)) STORED;

-- SHARE UPDATE EXCLUSIVE lock, full scan, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE ONLY public.sums ATTACH PARTITION public.sums_1 FOR VALUES IN (1);

-- ACCESS EXCLUSIVE lock, breaks old code, data loss; lock timeout 3s, statement timeout 30s
DROP TABLE public.trades_2025;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.trades ADD COLUMN venue text;

CREATE TABLE public.trades_2027 (
    day date NOT NULL,
    symbol text NOT NULL,
    price numeric,
    venue text
)
PARTITION BY LIST (symbol);

-- access change; lock timeout 3s, statement timeout 30s
ALTER TABLE public.trades_2027 OWNER TO postgres;

CREATE TABLE public.trades_2027_a (
    day date NOT NULL,
    symbol text NOT NULL,
    price numeric,
    venue text
)
WITH (fillfactor='70');

-- access change; lock timeout 3s, statement timeout 30s
ALTER TABLE public.trades_2027_a OWNER TO postgres;

CREATE TABLE public.trades_2027_rest (
    day date NOT NULL,
    symbol text NOT NULL,
    price numeric,
    venue text
);

-- access change; lock timeout 3s, statement timeout 30s
ALTER TABLE public.trades_2027_rest OWNER TO postgres;

-- SHARE UPDATE EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE ONLY public.trades_2027 ATTACH PARTITION public.trades_2027_a FOR VALUES IN ('AAPL', 'it''s');

-- SHARE UPDATE EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE ONLY public.trades_2027 ATTACH PARTITION public.trades_2027_rest DEFAULT;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
DROP INDEX public.by_symbol;

-- SHARE UPDATE EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE ONLY public.trades ATTACH PARTITION public.trades_2027 FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');

-- ACCESS EXCLUSIVE lock, index build, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE ONLY public.trades ADD CONSTRAINT trades_pkey PRIMARY KEY (day, symbol);

-- SHARE UPDATE EXCLUSIVE lock, index build, may fail, not in a transaction; lock timeout 3s, statement timeout 12h
CREATE UNIQUE INDEX CONCURRENTLY trades_2026_pkey ON public.trades_2026 USING btree (day, symbol);

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.trades_2026 ADD CONSTRAINT trades_2026_pkey PRIMARY KEY USING INDEX trades_2026_pkey;

-- SHARE UPDATE EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER INDEX public.trades_pkey ATTACH PARTITION public.trades_2026_pkey;

ALTER TABLE ONLY public.trades_2027 ADD CONSTRAINT trades_2027_pkey PRIMARY KEY (day, symbol);

-- SHARE UPDATE EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER INDEX public.trades_pkey ATTACH PARTITION public.trades_2027_pkey;

ALTER TABLE public.trades_2027_a ADD CONSTRAINT trades_2027_a_pkey PRIMARY KEY (day, symbol);

-- SHARE UPDATE EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER INDEX public.trades_2027_pkey ATTACH PARTITION public.trades_2027_a_pkey;

ALTER TABLE public.trades_2027_rest ADD CONSTRAINT trades_2027_rest_pkey PRIMARY KEY (day, symbol);

-- SHARE UPDATE EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER INDEX public.trades_2027_pkey ATTACH PARTITION public.trades_2027_rest_pkey;

CREATE INDEX by_price ON ONLY public.trades USING btree (price) WHERE (price > (0)::numeric);

-- SHARE UPDATE EXCLUSIVE lock, index build, not in a transaction; lock timeout 3s, statement timeout 12h
CREATE INDEX CONCURRENTLY trades_2026_price_idx ON public.trades_2026 USING btree (price) WHERE (price > (0)::numeric);

-- SHARE UPDATE EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER INDEX public.by_price ATTACH PARTITION public.trades_2026_price_idx;

CREATE INDEX trades_2027_price_idx ON ONLY public.trades_2027 USING btree (price) WHERE (price > (0)::numeric);

-- SHARE UPDATE EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER INDEX public.by_price ATTACH PARTITION public.trades_2027_price_idx;

CREATE INDEX trades_2027_a_price_idx ON public.trades_2027_a USING btree (price) WHERE (price > (0)::numeric);

-- SHARE UPDATE EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER INDEX public.trades_2027_price_idx ATTACH PARTITION public.trades_2027_a_price_idx;

CREATE INDEX trades_2027_rest_price_idx ON public.trades_2027_rest USING btree (price) WHERE (price > (0)::numeric);

-- SHARE UPDATE EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER INDEX public.trades_2027_price_idx ATTACH PARTITION public.trades_2027_rest_price_idx;

