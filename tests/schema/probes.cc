#include "tests/schema/probes.h"

namespace ferry::test {

using schema::ObjectKind;

const std::vector<Probe>& Probes() {
  static const auto* const probes = new std::vector<Probe>{
      {ObjectKind::kSchema, "", "CREATE SCHEMA probe", "", "COMMENT ON SCHEMA probe IS 'x'",
       "GRANT USAGE ON SCHEMA probe TO property_owner"},
      {ObjectKind::kTable, "", "CREATE TABLE public.probe (id integer)",
       "ALTER TABLE public.probe SET (fillfactor = 70)", "COMMENT ON TABLE public.probe IS 'x'",
       "GRANT SELECT ON public.probe TO property_owner"},
      {ObjectKind::kColumn, "CREATE TABLE public.t (id integer)", "ALTER TABLE public.t ADD probe text",
       "ALTER TABLE public.t ALTER probe TYPE varchar(5)", "COMMENT ON COLUMN public.t.probe IS 'x'",
       "GRANT SELECT (probe) ON public.t TO property_owner"},
      {ObjectKind::kColumn, "CREATE TABLE public.t (id integer)",
       "ALTER TABLE public.t ADD probe integer GENERATED ALWAYS AS IDENTITY",
       "ALTER SEQUENCE public.t_probe_seq INCREMENT 5", "COMMENT ON SEQUENCE public.t_probe_seq IS 'x'",
       "GRANT USAGE ON SEQUENCE public.t_probe_seq TO property_owner", "sequence of an identity column"},
      {ObjectKind::kConstraint, "CREATE TABLE public.t (id integer)",
       "ALTER TABLE public.t ADD CONSTRAINT probe CHECK (id > 0)",
       "ALTER TABLE public.t DROP CONSTRAINT probe; ALTER TABLE public.t ADD CONSTRAINT probe CHECK (id > 5)",
       "COMMENT ON CONSTRAINT probe ON public.t IS 'x'", ""},
      {ObjectKind::kConstraint, "CREATE TABLE public.t (id integer)",
       "ALTER TABLE public.t ADD CONSTRAINT probe UNIQUE (id)",
       "ALTER INDEX public.probe SET (fillfactor = 70)", "COMMENT ON INDEX public.probe IS 'x'", "",
       "index of a constraint"},
      {ObjectKind::kIndex, "CREATE TABLE public.t (id integer)", "CREATE INDEX probe ON public.t (id)",
       "DROP INDEX public.probe; CREATE INDEX probe ON public.t (id DESC)",
       "COMMENT ON INDEX public.probe IS 'x'", ""},
      {ObjectKind::kSequence, "", "CREATE SEQUENCE public.probe", "ALTER SEQUENCE public.probe INCREMENT 5",
       "COMMENT ON SEQUENCE public.probe IS 'x'", "GRANT USAGE ON SEQUENCE public.probe TO property_owner"},
      {ObjectKind::kView, "CREATE TABLE public.t (id integer)",
       "CREATE VIEW public.probe AS SELECT id FROM public.t",
       "CREATE OR REPLACE VIEW public.probe AS SELECT id FROM public.t WHERE id > 5",
       "COMMENT ON VIEW public.probe IS 'x'", "GRANT SELECT ON public.probe TO property_owner"},
      {ObjectKind::kFunction, "", "CREATE FUNCTION public.probe() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
       "CREATE OR REPLACE FUNCTION public.probe() RETURNS integer LANGUAGE sql STABLE AS 'SELECT 2'",
       "COMMENT ON FUNCTION public.probe() IS 'x'", "REVOKE ALL ON FUNCTION public.probe() FROM PUBLIC"},
      {ObjectKind::kTrigger,
       "CREATE TABLE public.t (id integer); "
       "CREATE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
       "CREATE TRIGGER probe BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION public.f()",
       "ALTER TABLE public.t DISABLE TRIGGER probe", "COMMENT ON TRIGGER probe ON public.t IS 'x'", ""},
      {ObjectKind::kEnum, "", "CREATE TYPE public.probe AS ENUM ('a', 'b')",
       "ALTER TYPE public.probe ADD VALUE 'c'", "COMMENT ON TYPE public.probe IS 'x'",
       "GRANT USAGE ON TYPE public.probe TO property_owner"},
      {ObjectKind::kDomain, "", "CREATE DOMAIN public.probe AS integer",
       "ALTER DOMAIN public.probe SET DEFAULT 5", "COMMENT ON DOMAIN public.probe IS 'x'",
       "GRANT USAGE ON DOMAIN public.probe TO property_owner"},
      {ObjectKind::kCompositeType, "", "CREATE TYPE public.probe AS (a integer)",
       "ALTER TYPE public.probe ADD ATTRIBUTE b text", "COMMENT ON TYPE public.probe IS 'x'",
       "GRANT USAGE ON TYPE public.probe TO property_owner"},
      {ObjectKind::kRangeType, "", "CREATE TYPE public.probe AS RANGE (subtype = double precision)",
       "DROP TYPE public.probe; CREATE TYPE public.probe AS RANGE (subtype = double precision, subtype_diff "
       "= float8mi)",
       "COMMENT ON TYPE public.probe IS 'x'", "GRANT USAGE ON TYPE public.probe TO property_owner"},
      {ObjectKind::kBaseType, "",
       "CREATE TYPE public.probe; "
       "CREATE FUNCTION public.probe_in(cstring) RETURNS public.probe LANGUAGE internal IMMUTABLE STRICT AS "
       "'int4in'; "
       "CREATE FUNCTION public.probe_out(public.probe) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS "
       "'int4out'; "
       "CREATE TYPE public.probe (INPUT = public.probe_in, OUTPUT = public.probe_out, INTERNALLENGTH = 4, "
       "PASSEDBYVALUE)",
       "ALTER TYPE public.probe SET (ANALYZE = array_typanalyze)", "COMMENT ON TYPE public.probe IS 'x'",
       "GRANT USAGE ON TYPE public.probe TO property_owner"},
      {ObjectKind::kPolicy, "CREATE TABLE public.t (id integer)",
       "CREATE POLICY probe ON public.t USING (id > 0)", "ALTER POLICY probe ON public.t USING (id > 5)",
       "COMMENT ON POLICY probe ON public.t IS 'x'", ""},
      {ObjectKind::kRule, "CREATE TABLE public.t (id integer)",
       "CREATE RULE probe AS ON DELETE TO public.t DO INSTEAD NOTHING",
       "CREATE OR REPLACE RULE probe AS ON DELETE TO public.t WHERE OLD.id > 5 DO INSTEAD NOTHING",
       "COMMENT ON RULE probe ON public.t IS 'x'", ""},
      {ObjectKind::kStatistics, "CREATE TABLE public.t (a integer, b integer)",
       "CREATE STATISTICS public.probe ON a, b FROM public.t",
       "ALTER STATISTICS public.probe SET STATISTICS 99", "COMMENT ON STATISTICS public.probe IS 'x'", ""},
      {ObjectKind::kOperator, "",
       "CREATE OPERATOR public.### (FUNCTION = int4eq, LEFTARG = integer, RIGHTARG = integer)",
       "ALTER OPERATOR public.### (integer, integer) SET (RESTRICT = eqsel)",
       "COMMENT ON OPERATOR public.### (integer, integer) IS 'x'", ""},
      {ObjectKind::kOperatorClass, "",
       "CREATE OPERATOR CLASS public.probe FOR TYPE integer USING btree AS OPERATOR 1 <, OPERATOR 2 <=, "
       "OPERATOR 3 =, "
       "OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(integer, integer)",
       "DROP OPERATOR FAMILY public.probe USING btree; "
       "CREATE OPERATOR CLASS public.probe FOR TYPE integer USING btree AS OPERATOR 1 <, OPERATOR 2 <=, "
       "OPERATOR 3 =, "
       "OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(integer, integer), FUNCTION 4 btequalimage(oid)",
       "COMMENT ON OPERATOR CLASS public.probe USING btree IS 'x'", ""},
      {ObjectKind::kOperatorFamily, "", "CREATE OPERATOR FAMILY public.probe USING btree",
       "ALTER OPERATOR FAMILY public.probe USING btree ADD OPERATOR 1 < (integer, integer)",
       "COMMENT ON OPERATOR FAMILY public.probe USING btree IS 'x'", ""},
      {ObjectKind::kCast, "CREATE TYPE public.source AS (a integer)",
       "CREATE CAST (public.source AS jsonb) WITH INOUT",
       "DROP CAST (public.source AS jsonb); CREATE CAST (public.source AS jsonb) WITH INOUT AS ASSIGNMENT",
       "COMMENT ON CAST (public.source AS jsonb) IS 'x'", ""},
      {ObjectKind::kConversion, "",
       "CREATE CONVERSION public.probe FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8",
       "DROP CONVERSION public.probe; CREATE CONVERSION public.probe FOR 'UTF8' TO 'LATIN1' FROM "
       "utf8_to_iso8859_1",
       "COMMENT ON CONVERSION public.probe IS 'x'", ""},
      {ObjectKind::kCollation, "", "CREATE COLLATION public.probe (locale = 'C')",
       "DROP COLLATION public.probe; CREATE COLLATION public.probe (locale = 'POSIX')",
       "COMMENT ON COLLATION public.probe IS 'x'", ""},
      {ObjectKind::kTextSearchParser, "",
       "CREATE TEXT SEARCH PARSER public.probe (START = prsd_start, GETTOKEN = prsd_nexttoken, END = "
       "prsd_end, "
       "LEXTYPES = prsd_lextype)",
       "DROP TEXT SEARCH PARSER public.probe; "
       "CREATE TEXT SEARCH PARSER public.probe (START = prsd_start, GETTOKEN = prsd_nexttoken, END = "
       "prsd_end, "
       "LEXTYPES = prsd_lextype, HEADLINE = prsd_headline)",
       "COMMENT ON TEXT SEARCH PARSER public.probe IS 'x'", ""},
      {ObjectKind::kTextSearchTemplate, "",
       "CREATE TEXT SEARCH TEMPLATE public.probe (LEXIZE = dsimple_lexize)",
       "DROP TEXT SEARCH TEMPLATE public.probe; "
       "CREATE TEXT SEARCH TEMPLATE public.probe (INIT = dsimple_init, LEXIZE = dsimple_lexize)",
       "COMMENT ON TEXT SEARCH TEMPLATE public.probe IS 'x'", ""},
      {ObjectKind::kTextSearchDictionary, "",
       "CREATE TEXT SEARCH DICTIONARY public.probe (TEMPLATE = simple)",
       "ALTER TEXT SEARCH DICTIONARY public.probe (accept = false)",
       "COMMENT ON TEXT SEARCH DICTIONARY public.probe IS 'x'", ""},
      {ObjectKind::kTextSearchConfiguration, "",
       "CREATE TEXT SEARCH CONFIGURATION public.probe (PARSER = \"default\")",
       "ALTER TEXT SEARCH CONFIGURATION public.probe ADD MAPPING FOR word WITH simple",
       "COMMENT ON TEXT SEARCH CONFIGURATION public.probe IS 'x'", ""},
      {ObjectKind::kExtension, "CREATE SCHEMA other", "CREATE EXTENSION citext SCHEMA public",
       "ALTER EXTENSION citext SET SCHEMA other", "COMMENT ON EXTENSION citext IS 'x'", ""},
      {ObjectKind::kLanguage, "", "CREATE LANGUAGE probe HANDLER plpgsql_call_handler",
       "CREATE OR REPLACE TRUSTED LANGUAGE probe HANDLER plpgsql_call_handler",
       "COMMENT ON LANGUAGE probe IS 'x'", "GRANT USAGE ON LANGUAGE probe TO property_owner"},
      {ObjectKind::kAccessMethod, "", "CREATE ACCESS METHOD probe TYPE TABLE HANDLER heap_tableam_handler",
       "DROP ACCESS METHOD probe; CREATE ACCESS METHOD probe TYPE INDEX HANDLER bthandler",
       "COMMENT ON ACCESS METHOD probe IS 'x'", ""},
      {ObjectKind::kTransform, "",
       "CREATE TRANSFORM FOR integer LANGUAGE plpgsql (FROM SQL WITH FUNCTION prsd_lextype(internal))",
       "CREATE OR REPLACE TRANSFORM FOR integer LANGUAGE plpgsql (TO SQL WITH FUNCTION int4recv(internal))",
       "COMMENT ON TRANSFORM FOR integer LANGUAGE plpgsql IS 'x'", ""},
      {ObjectKind::kForeignDataWrapper, "", "CREATE FOREIGN DATA WRAPPER probe",
       "ALTER FOREIGN DATA WRAPPER probe OPTIONS (ADD debug 'true')",
       "COMMENT ON FOREIGN DATA WRAPPER probe IS 'x'",
       "GRANT USAGE ON FOREIGN DATA WRAPPER probe TO property_owner"},
      {ObjectKind::kForeignServer, "CREATE FOREIGN DATA WRAPPER w",
       "CREATE SERVER probe FOREIGN DATA WRAPPER w", "ALTER SERVER probe VERSION '2'",
       "COMMENT ON SERVER probe IS 'x'", "GRANT USAGE ON FOREIGN SERVER probe TO property_owner"},
      {ObjectKind::kUserMapping, "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w",
       "CREATE USER MAPPING FOR property_owner SERVER s",
       "ALTER USER MAPPING FOR property_owner SERVER s OPTIONS (ADD \"user\" 'me')", "", ""},
      {ObjectKind::kPublication, "", "CREATE PUBLICATION probe",
       "ALTER PUBLICATION probe SET (publish = 'insert')", "COMMENT ON PUBLICATION probe IS 'x'", ""},
      {ObjectKind::kSubscription, "",
       "CREATE SUBSCRIPTION probe CONNECTION 'host=none.invalid' PUBLICATION p WITH (connect = false, "
       "slot_name = NONE)",
       "ALTER SUBSCRIPTION probe SET (binary = true)", "COMMENT ON SUBSCRIPTION probe IS 'x'", ""},
      {ObjectKind::kEventTrigger,
       "CREATE FUNCTION public.f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'",
       "CREATE EVENT TRIGGER probe ON sql_drop EXECUTE FUNCTION public.f()",
       "ALTER EVENT TRIGGER probe DISABLE", "COMMENT ON EVENT TRIGGER probe IS 'x'", ""},
      {ObjectKind::kDefaultPrivileges, "",
       "ALTER DEFAULT PRIVILEGES FOR ROLE property_owner GRANT SELECT ON TABLES TO PUBLIC",
       "ALTER DEFAULT PRIVILEGES FOR ROLE property_owner GRANT INSERT ON TABLES TO PUBLIC", "", ""},
  };
  return *probes;
}

}  // namespace ferry::test
