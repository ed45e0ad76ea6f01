CREATE UNLOGGED TABLE public.gone_to (id int PRIMARY KEY);
CREATE TABLE public.gone_from (id int);
CREATE TABLE public.comes_to (id int PRIMARY KEY);
CREATE TABLE public.comes_from (id int CONSTRAINT coming REFERENCES public.comes_to (id));
CREATE TABLE public.a_logged (id int PRIMARY KEY);
CREATE TABLE public.b_logged (id int REFERENCES public.a_logged (id));
CREATE UNLOGGED TABLE public.z_unlogged (id int PRIMARY KEY);
CREATE UNLOGGED TABLE public.a_unlogged (id int REFERENCES public.z_unlogged (id));
