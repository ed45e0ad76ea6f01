SET check_function_bodies = false;

CREATE OR REPLACE FUNCTION public.watch()
 RETURNS event_trigger
 LANGUAGE plpgsql
AS $function$BEGIN END$function$;

-- access change; lock timeout 3s, statement timeout 30s
ALTER FUNCTION public.watch() OWNER TO postgres;

CREATE VIEW public.recent AS
SELECT events.id,
    events.kind
   FROM public.events;

-- access change; lock timeout 3s, statement timeout 30s
ALTER VIEW public.recent OWNER TO postgres;

-- SHARE ROW EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
CREATE TRIGGER c_rows AFTER UPDATE ON public.events REFERENCING OLD TABLE AS old_rows NEW TABLE AS "New rows" FOR EACH STATEMENT EXECUTE FUNCTION public.touched();

-- SHARE ROW EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
CREATE CONSTRAINT TRIGGER d_late AFTER INSERT ON public.events DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.touched();

-- ACCESS SHARE lock; lock timeout 3s, statement timeout 30s
COMMENT ON TRIGGER d_late ON public.events IS 'at the end';

CREATE TRIGGER e_view INSTEAD OF INSERT ON public.recent FOR EACH ROW EXECUTE FUNCTION public.touched();

-- SHARE ROW EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.events DISABLE TRIGGER b_state;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
CREATE OR REPLACE RULE quiet AS
    ON DELETE TO public.events
   WHERE (old.id > 5) DO  SELECT 1 AS "?column?";

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.events ENABLE ALWAYS RULE quiet;

CREATE EVENT TRIGGER watching ON ddl_command_end WHEN TAG IN ('DROP TABLE') EXECUTE FUNCTION public.watch();

ALTER EVENT TRIGGER watching DISABLE;

-- access change; lock timeout 3s, statement timeout 30s
ALTER EVENT TRIGGER watching OWNER TO postgres;

-- ACCESS EXCLUSIVE lock, gap; lock timeout 3s, statement timeout 30s
DROP TRIGGER a_row ON public.events;

-- SHARE ROW EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
CREATE TRIGGER a_row BEFORE INSERT OR UPDATE OF kind ON public.events FOR EACH ROW WHEN ((new.kind IS NOT NULL)) EXECUTE FUNCTION public.touched('x');

