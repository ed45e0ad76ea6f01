#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/diff/diff.h"
#include "pg/catalog/catalog_fixture.h"

namespace ferry::pg {
namespace {

using schema::FieldList;
using schema::ObjectId;
using schema::ObjectKind;
using schema::Snapshot;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

using Database = CatalogDatabase;

FieldList FieldsOf(const Snapshot& snapshot, ObjectKind kind, const std::string& parent,
                   const std::string& name, const std::string& space = "public") {
  const schema::Object* object = snapshot.Find({kind, space, parent, name});
  EXPECT_NE(object, nullptr) << schema::KindName(kind) << " " << space << "." << parent << "." << name;
  return object == nullptr ? FieldList{} : schema::Fields(*object);
}

std::vector<std::string> Names(const Snapshot& snapshot, ObjectKind kind) {
  std::vector<std::string> names;
  for (const schema::Object& object : snapshot.objects) {
    if (object.id.kind == kind) names.push_back(object.id.name);
  }
  return names;
}

// What is different, readable; empty when the snapshots are equal.
std::vector<std::string> Differences(const Snapshot& a, const Snapshot& b) {
  std::vector<std::string> out;
  for (const diff::Difference& d : diff::Compare({{"a", &a}, {"b", &b}}).differences) {
    out.push_back(
        absl::StrCat(schema::KindName(d.id.kind), " ", d.id.schema, ".", d.id.parent, ".", d.id.name));
    for (const diff::FieldChange& f : d.fields)
      absl::StrAppend(&out.back(), " ", f.field, " [", f.values[0], "|", f.values[1], "]");
  }
  return out;
}

TEST(CatalogTest, AnEmptyDatabaseHasOneSchemaAndKnowsItsServer) {
  const Database db;
  const Snapshot snapshot = db.Read();
  ASSERT_EQ(snapshot.objects.size(), 1U);
  EXPECT_EQ(snapshot.objects[0].id.name, "public");
  EXPECT_THAT(snapshot.server_version, ::testing::MatchesRegex("1[3-9]\\.[0-9]+"));
  EXPECT_GT(snapshot.taken_at, absl::FromUnixSeconds(1600000000));
  EXPECT_FALSE(db.session().in_transaction());
}

TEST(CatalogTest, ReadsTablesAndColumns) {
  const Database db;
  db.Run(
      {"CREATE TYPE public.mood AS ENUM ('sad', 'it''s, ok\\', 'happy')",
       "CREATE TABLE public.orders (id bigint GENERATED ALWAYS AS IDENTITY (START 100 CACHE 5) PRIMARY KEY,"
       " gone int, number serial, feeling public.mood NOT NULL DEFAULT 'sad', name text COLLATE \"C\","
       " price numeric(10,2), tax numeric GENERATED ALWAYS AS (price * 0.19) STORED) WITH (fillfactor = 70)",
       "ALTER TABLE public.orders DROP COLUMN gone", "ALTER TABLE public.orders ENABLE ROW LEVEL SECURITY",
       "CREATE UNLOGGED TABLE public.cache (k text)",
       "CREATE TABLE public.days (d date) PARTITION BY RANGE (d)",
       "CREATE TABLE public.days_2026 PARTITION OF public.days FOR VALUES FROM ('2026-01-01') TO "
       "('2027-01-01')"});
  const Snapshot s = db.Read();
  EXPECT_THAT(
      FieldsOf(s, ObjectKind::kTable, "", "orders"),
      IsSupersetOf(FieldList{{"kind", "table"}, {"options", "'fillfactor=70'"}, {"row_security", "true"}}));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kTable, "", "cache"), Contains(Pair("persistence", "unlogged")));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kTable, "", "days"),
              IsSupersetOf(FieldList{{"kind", "partitioned table"}, {"partition_key", "RANGE (d)"}}));
  EXPECT_THAT(
      FieldsOf(s, ObjectKind::kTable, "", "days_2026"),
      IsSupersetOf(FieldList{{"inherits", "'public.days'"},
                             {"partition_bound", "FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')"}}));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kColumn, "orders", "id"),
              IsSupersetOf(FieldList{{"type", "bigint"},
                                     {"not_null", "true"},
                                     {"identity", "always"},
                                     {"default", ""},
                                     {"identity_options",
                                      "SEQUENCE NAME public.orders_id_seq START WITH 100 INCREMENT BY 1 "
                                      "MINVALUE 1 MAXVALUE 9223372036854775807 CACHE 5"}}));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kColumn, "orders", "number"),
              IsSupersetOf(FieldList{{"type", "integer"},
                                     {"default", "nextval('public.orders_number_seq'::regclass)"}}));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kColumn, "orders", "feeling"),
              IsSupersetOf(FieldList{{"type", "public.mood"}, {"default", "'sad'::public.mood"}}));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kColumn, "orders", "name"),
              Contains(Pair("collation", "pg_catalog.\"C\"")));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kColumn, "orders", "price"), Contains(Pair("collation", "")));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kColumn, "orders", "tax"),
              IsSupersetOf(FieldList{
                  {"generated", "stored"}, {"generation_expression", "(price * 0.19)"}, {"default", ""}}));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kEnum, "", "mood"),
              Contains(Pair("labels", "'sad', 'it''s, ok\\', 'happy'")));
  EXPECT_EQ(s.Find({ObjectKind::kColumn, "public", "orders", "gone"}), nullptr);
}

TEST(CatalogTest, ReadsConstraintsAndIndexesEachOnce) {
  const Database db;
  db.Run(
      {"CREATE TABLE public.a (id int CONSTRAINT a_pk PRIMARY KEY WITH (fillfactor = 50), n int UNIQUE, "
       "during int4range,"
       " EXCLUDE USING gist (during WITH &&))",
       "CREATE TABLE public.b (id int, a_id int, CHECK (id > 0))",
       "ALTER TABLE public.b ADD CONSTRAINT b_a FOREIGN KEY (a_id) REFERENCES public.a ON DELETE CASCADE NOT "
       "VALID",
       "INSERT INTO public.b VALUES (1), (1)",
       "CREATE INDEX b_partial ON public.b (id DESC) WHERE a_id IS NULL"});
  // A failed CREATE UNIQUE INDEX CONCURRENTLY leaves an index that is not valid.
  EXPECT_FALSE(db.session().Query("CREATE UNIQUE INDEX CONCURRENTLY b_broken ON public.b (id)").ok());
  const Snapshot s = db.Read();
  EXPECT_THAT(Names(s, ObjectKind::kConstraint),
              UnorderedElementsAre("a_pk", "a_n_key", "a_during_excl", "b_a", "b_id_check"));
  EXPECT_THAT(Names(s, ObjectKind::kIndex), UnorderedElementsAre("b_broken", "b_partial"));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kConstraint, "a", "a_pk"),
              IsSupersetOf(FieldList{{"type", "primary key"},
                                     {"definition", "PRIMARY KEY (id)"},
                                     {"index_options", "'fillfactor=50'"},
                                     {"validated", "true"}}));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kConstraint, "b", "b_a"),
              IsSupersetOf(
                  FieldList{{"type", "foreign key"},
                            {"validated", "false"},
                            {"definition", "FOREIGN KEY (a_id) REFERENCES public.a(id) ON DELETE CASCADE"}}));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kIndex, "b", "b_partial"),
              IsSupersetOf(FieldList{{"definition", "USING btree (id DESC) WHERE (a_id IS NULL)"},
                                     {"valid", "true"}}));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kIndex, "b", "b_broken"), Contains(Pair("valid", "false")));
}

TEST(CatalogTest, ReadsSequencesButNotThoseOfIdentityColumnsAndNotWhereTheyStand) {
  const Database db;
  db.Run({"CREATE TABLE public.t (i int GENERATED BY DEFAULT AS IDENTITY, s smallserial)",
          "CREATE SEQUENCE public.down AS integer START -1 INCREMENT -1 CACHE 20 CYCLE"});
  const Snapshot before = db.Read();
  EXPECT_THAT(Names(before, ObjectKind::kSequence), UnorderedElementsAre("down", "t_s_seq"));
  EXPECT_THAT(FieldsOf(before, ObjectKind::kSequence, "", "t_s_seq"),
              IsSupersetOf(FieldList{{"type", "smallint"}, {"max", "32767"}, {"owned_by", "public.t.s"}}));
  EXPECT_THAT(FieldsOf(before, ObjectKind::kSequence, "", "down"),
              IsSupersetOf(FieldList{{"type", "integer"},
                                     {"start", "-1"},
                                     {"increment", "-1"},
                                     {"min", "-2147483648"},
                                     {"max", "-1"},
                                     {"cache", "20"},
                                     {"cycle", "true"},
                                     {"owned_by", ""}}));
  db.Run({"SELECT pg_catalog.nextval('public.down')", "INSERT INTO public.t DEFAULT VALUES"});
  EXPECT_EQ(db.Read().root, before.root);
}

TEST(CatalogTest, ReadsViewsFunctionsAndTriggers) {
  const Database db;
  db.Run(
      {"CREATE TABLE public.t (id int)",
       "CREATE VIEW public.v WITH (security_barrier) AS SELECT id FROM public.t",
       "CREATE MATERIALIZED VIEW public.mv AS SELECT 1 AS x", "CREATE INDEX mv_x ON public.mv (x)",
       "CREATE FUNCTION public.twice(a int, OUT b int) LANGUAGE sql IMMUTABLE AS 'SELECT a * 2'",
       "CREATE FUNCTION public.twice(text) RETURNS text LANGUAGE sql AS 'SELECT $1 || $1'",
       "CREATE PROCEDURE public.p() LANGUAGE plpgsql AS 'BEGIN END'",
       "CREATE AGGREGATE public.mean(float8) (sfunc = float8_accum, stype = float8[], finalfunc = float8_avg,"
       " initcond = '{0,0,0}')",
       "CREATE TYPE public.floats AS RANGE (subtype = float8)",
       "CREATE FUNCTION public.audit() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
       "CREATE TRIGGER before_all BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION public.audit()",
       "CREATE CONSTRAINT TRIGGER later AFTER INSERT ON public.t DEFERRABLE FOR EACH ROW EXECUTE FUNCTION "
       "public.audit()",
       "ALTER TABLE public.t DISABLE TRIGGER before_all", "ALTER TABLE public.t ADD PRIMARY KEY (id)",
       "CREATE TABLE public.child (id int REFERENCES public.t)"});
  const Snapshot s = db.Read();
  EXPECT_THAT(FieldsOf(s, ObjectKind::kView, "", "v"),
              IsSupersetOf(FieldList{{"materialized", "false"}, {"options", "'security_barrier=true'"}}));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kView, "", "v"),
              Contains(Pair("definition", HasSubstr("FROM public.t;"))));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kView, "", "mv"),
              IsSupersetOf(FieldList{{"materialized", "true"}, {"definition", "SELECT 1 AS x;"}}));
  FieldsOf(s, ObjectKind::kIndex, "mv", "mv_x");
  EXPECT_THAT(Names(s, ObjectKind::kFunction), UnorderedElementsAre("twice(integer)", "twice(text)", "p()",
                                                                    "mean(double precision)", "audit()"));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kFunction, "", "p()"), Contains(Pair("kind", "procedure")));
  const FieldList mean = FieldsOf(s, ObjectKind::kFunction, "", "mean(double precision)");
  EXPECT_THAT(mean, Contains(Pair("kind", "aggregate")));
  EXPECT_THAT(mean,
              Contains(Pair("definition",
                            HasSubstr("SFUNC = pg_catalog.float8_accum, STYPE = double precision[], "))));
  EXPECT_THAT(Names(s, ObjectKind::kTrigger), UnorderedElementsAre("before_all", "later"));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kTrigger, "t", "before_all"),
              IsSupersetOf(FieldList{{"enabled", "disabled"},
                                     {"definition",
                                      "CREATE TRIGGER before_all BEFORE INSERT ON public.t FOR EACH ROW "
                                      "EXECUTE FUNCTION public.audit()"}}));
  EXPECT_THAT(Names(s, ObjectKind::kConstraint), UnorderedElementsAre("t_pkey", "child_id_fkey"));
}

TEST(CatalogTest, LeavesOutWhatExtensionsOwnTemporaryTablesAndTheLedger) {
  const Database db;
  const Snapshot before = db.Read();
  db.Run({"CREATE EXTENSION pg_trgm SCHEMA public", "CREATE TEMPORARY TABLE scratch (i int)",
          "CREATE SCHEMA ferry", "CREATE TABLE ferry.event (id int)"});
  EXPECT_THAT(Differences(before, db.Read()), ElementsAre("extension ..pg_trgm"));
  // What a person builds with an extension is there.
  db.Run({"CREATE TABLE public.t (name text)",
          "CREATE INDEX t_name ON public.t USING gin (name public.gin_trgm_ops)"});
  EXPECT_THAT(FieldsOf(db.Read(), ObjectKind::kIndex, "t", "t_name"),
              Contains(Pair("definition", HasSubstr("gin (name public.gin_trgm_ops)"))));
}

TEST(CatalogTest, OddNamesStayWhole) {
  const Database db;
  const std::string odd = "a.b \"q\"\nline\\";
  const std::string quoted = "\"a.b \"\"q\"\"\nline\\\"";
  db.Run(
      {absl::StrCat("CREATE SCHEMA ", quoted),
       absl::StrCat("CREATE TABLE ", quoted, ".", quoted, " (", quoted, " int PRIMARY KEY, \"SELECT\" text)"),
       absl::StrCat("CREATE TYPE ", quoted, ".\"odd(type\" AS ENUM ('x')"),
       absl::StrCat("CREATE FUNCTION ", quoted, ".\"f(x)\"(", quoted,
                    ".\"odd(type\") RETURNS int LANGUAGE sql AS 'SELECT 1'"),
       absl::StrCat("CREATE TABLE public.child () INHERITS (", quoted, ".", quoted, ")")});
  const Snapshot s = db.Read();
  FieldsOf(s, ObjectKind::kSchema, "", odd, odd);
  EXPECT_THAT(FieldsOf(s, ObjectKind::kColumn, odd, odd, odd), Contains(Pair("type", "integer")));
  FieldsOf(s, ObjectKind::kColumn, odd, "SELECT", odd);
  FieldsOf(s, ObjectKind::kFunction, "", absl::StrCat("f(x)(", quoted, ".\"odd(type\")"), odd);
  EXPECT_THAT(FieldsOf(s, ObjectKind::kTable, "", "child"),
              Contains(Pair("inherits", absl::StrCat("'", quoted, ".", quoted, "'"))));
  for (const schema::Object& object : s.objects) {
    const auto back = schema::ObjectFromFields(object.id, schema::Fields(object), object.dependencies);
    ASSERT_TRUE(back.ok()) << back.status();
    EXPECT_EQ(*back, object);
  }
}

TEST(CatalogTest, TheSameSchemaBuiltInAnotherOrderHasTheSameRoot) {
  const Database one;
  const Database two;
  one.Run({"CREATE TYPE public.mood AS ENUM ('sad', 'happy')",
           "CREATE TABLE public.a (id int PRIMARY KEY, m public.mood)",
           "CREATE TABLE public.b (id int, a_id int REFERENCES public.a)",
           "CREATE INDEX b_a ON public.b (a_id)", "CREATE VIEW public.v AS SELECT id FROM public.a",
           "CREATE SEQUENCE public.s"});
  two.Run({"CREATE TABLE public.filler (i int)", "DROP TABLE public.filler", "CREATE SEQUENCE public.s",
           "CREATE TABLE public.b (a_id int, gone text)", "CREATE INDEX b_a ON public.b (a_id)",
           "ALTER TABLE public.b DROP COLUMN gone", "ALTER TABLE public.b ADD COLUMN id int",
           "CREATE TYPE public.mood AS ENUM ('happy')",
           "ALTER TYPE public.mood ADD VALUE 'sad' BEFORE 'happy'", "CREATE TABLE public.a (id int)",
           "CREATE VIEW public.v AS SELECT id FROM public.a", "ALTER TABLE public.a ADD COLUMN m public.mood",
           "ALTER TABLE public.a ADD CONSTRAINT a_pkey PRIMARY KEY (id)",
           "ALTER TABLE public.b ADD CONSTRAINT b_a_id_fkey FOREIGN KEY (a_id) REFERENCES public.a"});
  EXPECT_THAT(Differences(one.Read(), two.Read()), IsEmpty());
  EXPECT_EQ(one.Read().root, two.Read().root);
  two.Run({"ALTER TABLE public.a ALTER m SET NOT NULL"});
  EXPECT_THAT(Differences(one.Read(), two.Read()), ElementsAre("column public.a.m not_null [false|true]"));
}

TEST(CatalogTest, SettingsOfTheDatabaseAndTheLoginDoNotShow) {
  const Database db;
  db.Run(
      {"CREATE TABLE public.t (at timestamptz DEFAULT '2026-01-01 00:00+00'::timestamptz,"
       " len interval DEFAULT '1 day 02:00'::interval, raw bytea DEFAULT '\\x00ff'::bytea)",
       "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'"});
  const Snapshot before = db.Read();
  for (const char* setting :
       {"timezone = 'Asia/Kolkata'", "datestyle = 'SQL, DMY'", "intervalstyle = 'iso_8601'",
        "bytea_output = 'escape'", "quote_all_identifiers = on", "search_path = 'public'"}) {
    db.Run({absl::StrCat("ALTER DATABASE ", db.name(), " SET ", setting)});
  }
  const std::unique_ptr<Session> other = db.Connect();
  EXPECT_THAT(Differences(before, Database::ReadWith(*other)), IsEmpty());
  // The session's own settings are as they were.
  EXPECT_EQ(other->Query("SHOW timezone")->at(0, 0), "Asia/Kolkata");
}

TEST(CatalogTest, TheObserversLoginNeedsNoPrivilegeOnTheObjects) {
  const Database db;
  db.Run({"CREATE SCHEMA secret", "CREATE TABLE secret.t (id serial PRIMARY KEY CHECK (id > 0))",
          "CREATE VIEW secret.v AS SELECT id FROM secret.t",
          "CREATE FUNCTION secret.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
          "REVOKE ALL ON SCHEMA secret FROM PUBLIC"});
  const std::unique_ptr<Session> observer = db.ConnectAsObserver();
  EXPECT_THAT(Differences(db.Read(), Database::ReadWith(*observer)), IsEmpty());
}

TEST(CatalogTest, ASchemaChangeDuringTheReadingIsSeenWholeOrNotAtAll) {
  const Database db;
  db.Run({"CREATE TABLE public.old_name (id int)", "CREATE VIEW public.v AS SELECT id FROM public.old_name"});
  const std::unique_ptr<Session> other = db.Connect();
  int readings = 0;
  const auto rename_once = [&] {
    if (++readings > 1) return;
    EXPECT_TRUE(other->Query("ALTER TABLE public.old_name RENAME TO new_name").ok());
    EXPECT_TRUE(other->Query("CREATE TABLE public.created (id int)").ok());
  };
  const auto s = catalog::ReadSnapshotDisturbed(db.session(), SystemClock(), rename_once);
  ASSERT_TRUE(s.ok()) << s.status();
  EXPECT_EQ(readings, 2);
  EXPECT_THAT(Names(*s, ObjectKind::kTable), ElementsAre("created", "new_name"));
  EXPECT_THAT(FieldsOf(*s, ObjectKind::kView, "", "v"),
              Contains(Pair("definition", HasSubstr("public.new_name"))));
}

TEST(CatalogTest, AnObjectDroppedUnderTheReaderIsNoError) {
  const Database db;
  db.Run({"CREATE TABLE public.t (id int)", "CREATE INDEX t_id ON public.t (id)",
          "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'"});
  const std::unique_ptr<Session> other = db.Connect();
  const auto drop = [&] {
    EXPECT_TRUE(other->Query("DROP TABLE IF EXISTS public.t").ok());
    EXPECT_TRUE(other->Query("DROP FUNCTION IF EXISTS public.f()").ok());
  };
  const auto s = catalog::ReadSnapshotDisturbed(db.session(), SystemClock(), drop);
  ASSERT_TRUE(s.ok()) << s.status();
  EXPECT_EQ(s->objects.size(), 1U);
}

TEST(CatalogTest, GivesUpWhenTheSchemaNeverHoldsStill) {
  const Database db;
  const std::unique_ptr<Session> other = db.Connect();
  int readings = 0;
  const auto change = [&] {
    EXPECT_TRUE(other->Query(absl::StrCat("CREATE TABLE public.t", ++readings, " ()")).ok());
  };
  const auto s = catalog::ReadSnapshotDisturbed(db.session(), SystemClock(), change);
  EXPECT_TRUE(HasCode(s.status(), ErrorCode::kCatalogChanging)) << s.status();
  EXPECT_EQ(readings, 5);
  EXPECT_FALSE(db.session().in_transaction());
  EXPECT_EQ(Names(db.Read(), ObjectKind::kTable).size(), 5U);
}

TEST(CatalogTest, TemporaryTablesAndTruncationByOthersDoNotDisturb) {
  const Database db;
  db.Run({"CREATE TABLE public.t (id int)"});
  const std::unique_ptr<Session> other = db.Connect();
  int readings = 0;
  const auto work = [&] {
    EXPECT_TRUE(
        other->Query(absl::StrCat("CREATE TEMPORARY TABLE scratch", ++readings, " (id int PRIMARY KEY)"))
            .ok());
    EXPECT_TRUE(other->Query("TRUNCATE public.t").ok());
    EXPECT_TRUE(other->Query("ANALYZE public.t").ok());
  };
  EXPECT_TRUE(catalog::ReadSnapshotDisturbed(db.session(), SystemClock(), work).ok());
  EXPECT_EQ(readings, 1);
}

TEST(CatalogTest, RefusesASessionThatIsInATransaction) {
  const Database db;
  ASSERT_TRUE(db.session().Begin().ok());
  EXPECT_TRUE(HasCode(ReadSnapshot(db.session()).status(), ErrorCode::kInternal));
  db.session().Rollback();
}

// As a restored dump and an adopted schema do.
TEST(CatalogTest, WhatPostgresPrintedAndReadAgainIsTheSameSchema) {
  const Database written, read;
  const std::string columns = "(id int PRIMARY KEY, side varchar(4), n bigint DEFAULT 1)";
  for (const Database* database : {&written, &read}) database->Run({"CREATE TABLE public.t " + columns});
  written.Run({"ALTER TABLE public.t ADD CONSTRAINT sides CHECK (side IN ('buy', 'sell'))",
               "CREATE INDEX open_t ON public.t (id) WHERE side IN ('buy', 'hold')",
               "CREATE VIEW public.v AS SELECT id FROM public.t WHERE side NOT IN ('buy', 'sell')"});
  const auto text = [&](const std::string& sql) {
    const auto rows = written.session().Query(sql);
    EXPECT_TRUE(rows.ok()) << rows.status();
    return rows.ok() ? rows->at(0, 0).value_or("") : "";
  };
  read.Run({"ALTER TABLE public.t ADD CONSTRAINT sides " +
                text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'sides'"),
            text("SELECT pg_get_indexdef('public.open_t'::regclass)"),
            "CREATE VIEW public.v AS " + text("SELECT pg_get_viewdef('public.v'::regclass)")});
  EXPECT_THAT(Differences(written.Read(), read.Read()), IsEmpty());
}

}  // namespace
}  // namespace ferry::pg
