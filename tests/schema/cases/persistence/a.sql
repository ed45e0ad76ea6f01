-- A foreign key goes, and the table that it referenced becomes unlogged.
CREATE TABLE public.gone_to (id int PRIMARY KEY);
CREATE TABLE public.gone_from (id int CONSTRAINT going REFERENCES public.gone_to (id));
-- A foreign key comes to a table that becomes logged.
CREATE UNLOGGED TABLE public.comes_to (id int PRIMARY KEY);
CREATE TABLE public.comes_from (id int);
-- One stays, and both tables change.
CREATE UNLOGGED TABLE public.a_logged (id int PRIMARY KEY);
CREATE UNLOGGED TABLE public.b_logged (id int REFERENCES public.a_logged (id));
CREATE TABLE public.z_unlogged (id int PRIMARY KEY);
CREATE TABLE public.a_unlogged (id int REFERENCES public.z_unlogged (id));
