-- ACCESS EXCLUSIVE lock, table rewrite; lock timeout 3s, statement timeout 12h
ALTER TABLE public.a_logged SET LOGGED;

-- ACCESS EXCLUSIVE lock, table rewrite; lock timeout 3s, statement timeout 12h
ALTER TABLE public.a_unlogged SET UNLOGGED;

-- ACCESS EXCLUSIVE lock, table rewrite; lock timeout 3s, statement timeout 12h
ALTER TABLE public.b_logged SET LOGGED;

-- ACCESS EXCLUSIVE lock, table rewrite; lock timeout 3s, statement timeout 12h
ALTER TABLE public.comes_to SET LOGGED;

-- ACCESS EXCLUSIVE lock, table rewrite; lock timeout 3s, statement timeout 12h
ALTER TABLE public.z_unlogged SET UNLOGGED;

-- SHARE ROW EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.comes_from ADD CONSTRAINT coming FOREIGN KEY (id) REFERENCES public.comes_to(id) NOT VALID;

-- SHARE UPDATE EXCLUSIVE lock, full scan, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE public.comes_from VALIDATE CONSTRAINT coming;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.gone_from DROP CONSTRAINT going;

-- ACCESS EXCLUSIVE lock, table rewrite; lock timeout 3s, statement timeout 12h
ALTER TABLE public.gone_to SET UNLOGGED;

