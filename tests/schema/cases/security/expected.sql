SET check_function_bodies = false;

-- access change; lock timeout 3s, statement timeout 30s
REVOKE ALL ON FUNCTION public.secret() FROM PUBLIC;

-- access change; lock timeout 3s, statement timeout 30s
GRANT ALL ON FUNCTION public.secret() TO property_owner;

-- ACCESS EXCLUSIVE lock, access change; lock timeout 3s, statement timeout 30s
ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;

-- ACCESS EXCLUSIVE lock, access change; lock timeout 3s, statement timeout 30s
ALTER TABLE public.notes FORCE ROW LEVEL SECURITY;

-- ACCESS EXCLUSIVE lock, access change; lock timeout 3s, statement timeout 30s
ALTER TABLE public.notes OWNER TO "property writer";

-- access change; lock timeout 3s, statement timeout 30s
REVOKE INSERT ON TABLE public.notes FROM property_owner;

-- access change; lock timeout 3s, statement timeout 30s
GRANT SELECT ON TABLE public.notes TO property_owner WITH GRANT OPTION;

-- access change; lock timeout 3s, statement timeout 30s
GRANT UPDATE (body) ON TABLE public.notes TO "Property ""reader""";

-- ACCESS EXCLUSIVE lock, access change; lock timeout 3s, statement timeout 30s
CREATE POLICY strict ON public.notes AS RESTRICTIVE FOR DELETE USING (false);

-- ACCESS EXCLUSIVE lock, access change; lock timeout 3s, statement timeout 30s
ALTER POLICY own ON public.notes TO "property writer", property_owner WITH CHECK ((id > 0));

-- access change; lock timeout 3s, statement timeout 30s
ALTER DEFAULT PRIVILEGES FOR ROLE property_owner IN SCHEMA public GRANT SELECT ON TABLES TO "property writer";

-- ACCESS EXCLUSIVE lock, access change; lock timeout 3s, statement timeout 30s
DROP POLICY gone ON public.notes;

