-- access change; lock timeout 3s, statement timeout 30s
CREATE USER MAPPING FOR PUBLIC SERVER remote OPTIONS ("user" 'me');

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.far ALTER COLUMN id TYPE bigint;

-- ACCESS EXCLUSIVE lock, full scan, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE public.far ALTER COLUMN id SET NOT NULL;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER FOREIGN TABLE public.far ALTER COLUMN id OPTIONS (SET name 'Id', ADD type 'x');

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.far ADD CONSTRAINT positive CHECK ((id > 0)) NOT VALID;

-- SHARE UPDATE EXCLUSIVE lock, full scan, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE public.far VALIDATE CONSTRAINT positive;

-- ACCESS EXCLUSIVE lock, breaks old code; lock timeout 3s, statement timeout 30s
ALTER FOREIGN TABLE public.far DROP COLUMN note;

-- breaks old code; lock timeout 3s, statement timeout 30s
DROP SERVER gone;

-- breaks old code; lock timeout 3s, statement timeout 30s
ALTER FOREIGN DATA WRAPPER files OPTIONS (ADD "Extra" 'it''s', SET debug 'false');

-- breaks old code; lock timeout 3s, statement timeout 30s
ALTER SERVER remote VERSION '2' OPTIONS (ADD port '5432', DROP host);

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER FOREIGN TABLE public.far OPTIONS (SET path '/b');

-- SHARE UPDATE EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
COMMENT ON FOREIGN TABLE public.far IS 'elsewhere';

