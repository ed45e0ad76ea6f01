// `ferry drift` as a person or a program sees it, against golden files in cli/testdata.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/exit_code.h"
#include "cli/testing/samples.h"
#include "cli/testing/world.h"
#include "core/drift/drift.h"
#include "rpc/convert.h"

namespace ferry::cli {
namespace {

using schema::Object;
using schema::ObjectId;
using schema::ObjectKind;

Object Column(const std::string& table, const std::string& name, const std::string& type) {
  schema::Column column;
  column.type = type;
  return schema::MakeObject({ObjectKind::kColumn, "public", table, name}, column);
}
Object Index(const std::string& table, const std::string& name) {
  schema::Index index;
  index.definition = "USING btree (volume)";
  return schema::MakeObject({ObjectKind::kIndex, "public", table, name}, index);
}
Object Table(const std::string& name) {
  return schema::MakeObject({ObjectKind::kTable, "public", "", name}, schema::Table());
}
Object View(const std::string& definition) {
  schema::View view;
  view.definition = definition;
  return schema::MakeObject({ObjectKind::kView, "public", "", "daily"}, view);
}

void Add(v1::DriftReport& report, const Object* expected, const Object* actual,
         const std::vector<int64_t>& causes = {}) {
  v1::DriftedObject* out = report.add_objects();
  const ObjectId& id = expected != nullptr ? expected->id : actual->id;
  *out->mutable_id() = rpc::ToProto(id);
  if (!id.parent.empty()) out->set_parent_kind("table");
  if (expected != nullptr) *out->mutable_expected() = rpc::ToProto(*expected);
  if (actual != nullptr) *out->mutable_actual() = rpc::ToProto(*actual);
  out->set_state(drift::StateOf(actual));
  for (const int64_t cause : causes) out->add_statement_ids(cause);
}

void AddStatement(v1::DriftReport& report, int64_t id, absl::Time at, const std::string& tag,
                  const std::string& text) {
  v1::ForeignStatement* s = report.add_statements();
  s->set_id(id);
  *s->mutable_at() = rpc::ToProto(at);
  s->set_login("dba");
  s->set_role(id == 1 ? "app_owner" : "dba");
  s->set_application("psql");
  s->set_client(id == 1 ? "10.0.0.7" : "");
  s->set_tag(tag);
  s->set_statement(text);
}

// An index and a column by hand, a view that was replaced, a table that is gone, and one that came with two
// columns.
v1::GetDriftResponse Drifted(absl::Time now) {
  v1::GetDriftResponse response;
  v1::TargetDrift* target = response.add_targets();
  target->set_target_id("prod-1");
  v1::DriftReport& report = *target->mutable_report();
  report.set_target_id("prod-1");
  report.set_state(v1::DRIFT_STATE_DRIFTED);
  report.set_expected_version("1.0.0");
  report.set_watched(true);
  const Object index = Index("prices", "prices_hand_idx");
  const Object before = Column("prices", "close", "numeric(10,2)");
  const Object after = Column("prices", "close", "double precision");
  const Object view = View("SELECT 1 AS a,\n    2 AS b");
  const Object other = View("SELECT 1 AS a,\n    3 AS b");
  const Object gone = Table("quotes");
  const Object came = Table("prices_copy");
  const Object part = Column("prices_copy", "id", "integer");
  const Object part2 = Column("prices_copy", "day", "date");
  Add(report, nullptr, &came, {2});
  Add(report, &gone, nullptr);
  Add(report, &before, &after, {3});
  Add(report, nullptr, &part2, {2});
  Add(report, nullptr, &part, {2});
  Add(report, nullptr, &index, {1});
  Add(report, &view, &other, {3});
  AddStatement(report, 1, now - absl::Minutes(72), "CREATE INDEX",
               "CREATE INDEX prices_hand_idx\n  ON prices (volume)");
  AddStatement(report, 2, now - absl::Minutes(30), "CREATE TABLE AS", "");
  AddStatement(report, 3, now - absl::Hours(50), "ALTER TABLE",
               "ALTER TABLE prices ALTER COLUMN close TYPE double precision USING close::double precision, "
               "ALTER COLUMN open TYPE double precision");
  *target->mutable_status()->mutable_since() = rpc::ToProto(now - absl::Minutes(72));
  target->mutable_status()->set_state(v1::DRIFT_STATE_DRIFTED);
  return response;
}

v1::IgnoredDrift Decision(const v1::DriftedObject& object, absl::Time until) {
  v1::IgnoredDrift d;
  d.set_id(41);
  d.set_target_id("prod-1");
  *d.mutable_key()->mutable_id() = object.id();
  d.mutable_key()->set_actual(object.state());
  *d.mutable_until() = rpc::ToProto(until);
  d.set_reason("needed for INC-12");
  d.set_decided_by("ana@laptop");
  *d.mutable_decided_at() = rpc::ToProto(until - absl::Hours(100));
  return d;
}

// Only the index.
v1::GetDriftResponse OneIndex(absl::Time now) {
  v1::GetDriftResponse response = Drifted(now);
  v1::DriftReport& report = *response.mutable_targets(0)->mutable_report();
  const v1::DriftedObject index = report.objects(5);
  report.clear_objects();
  *report.add_objects() = index;
  return response;
}

TEST(DriftScreen, SaysWhatSinceWhenByWhomAndWhatToType) {
  World world;
  world.controller.drift = OneIndex(world.Now());
  EXPECT_EQ(world.Run({"drift", "prod"}), kExitOk);
  ExpectGolden("drift_one", world.Screen());
  ExpectFits(world.out, 100);
  EXPECT_EQ(world.Run({"drift", "prod", "--exit-code"}), kExitDifferent);
}

TEST(DriftScreen, ManyObjectsOnATerminal) {
  World world;
  world.UseTerminal(100);
  world.controller.drift = Drifted(world.Now());
  EXPECT_EQ(world.Run({"drift", "prod"}), kExitOk);
  ExpectGolden("drift_many_tty", world.Screen());
}

TEST(DriftScreen, OnANarrowTerminal) {
  World world;
  world.UseTerminal(60);
  world.controller.drift = Drifted(world.Now());
  EXPECT_EQ(world.Run({"drift", "prod"}), kExitOk);
  ExpectGolden("drift_narrow_tty", world.Screen());
  ExpectFits(world.out, 80);  // names are never cut
}

TEST(DriftScreen, OnlyTheObjectsThatWereNamed) {
  World world;
  world.controller.drift = Drifted(world.Now());
  EXPECT_EQ(world.Run({"drift", "prod", "table public.prices_copy", "view *"}), kExitOk);
  ExpectGolden("drift_named", world.Screen());
  EXPECT_EQ(world.Run({"drift", "prod", "index public.nothing"}), kExitOk);
  EXPECT_NE(world.out.find("nothing that has drifted is called so"), std::string::npos) << world.out;
  EXPECT_EQ(world.Run({"drift", "prod", "-q"}), kExitOk);
  EXPECT_EQ(world.out,
            "column public.prices.close\nindex public.prices.prices_hand_idx\ntable public.prices_copy\n"
            "column public.prices_copy.day\ncolumn public.prices_copy.id\ntable public.quotes\n"
            "view public.daily\n");
}

TEST(DriftScreen, WhatIsIgnoredStandsBelowAndDoesNotCount) {
  World world;
  v1::GetDriftResponse drift = OneIndex(world.Now());
  *drift.mutable_targets(0)->add_ignored() =
      Decision(drift.targets(0).report().objects(0), world.Now() + absl::Hours(100));
  world.controller.drift = drift;
  EXPECT_EQ(world.Run({"drift", "prod", "--exit-code"}), kExitOk);
  ExpectGolden("drift_ignored", world.Screen());
}

TEST(DriftScreen, ADecisionThatHasPassedIsNamedAndDoesNotHold) {
  World world;
  v1::GetDriftResponse drift = OneIndex(world.Now());
  *drift.mutable_targets(0)->add_ignored() =
      Decision(drift.targets(0).report().objects(0), world.Now() - absl::Hours(1));
  world.controller.drift = drift;
  EXPECT_EQ(world.Run({"drift", "prod", "--exit-code"}), kExitDifferent);
  ExpectGolden("drift_expired", world.Screen());
}

TEST(DriftScreen, AllEnvironmentsWithoutDriftUnknownAndOffline) {
  World world;
  world.controller.status = SampleStatus(world.Now());
  v1::GetDriftResponse drift;
  v1::TargetDrift* fine = drift.add_targets();
  fine->set_target_id("a-1");
  fine->mutable_report()->set_state(v1::DRIFT_STATE_NONE);
  fine->mutable_report()->set_expected_version("1.1.0");
  v1::TargetDrift* unknown = drift.add_targets();
  unknown->set_target_id("a-2");
  unknown->mutable_report()->set_state(v1::DRIFT_STATE_NOT_KNOWN);
  unknown->mutable_report()->set_note("nothing was applied here yet");
  v1::TargetDrift* offline = drift.add_targets();
  offline->set_target_id("a-3");
  offline->mutable_error()->set_code("FE0402");
  offline->mutable_error()->set_message("the agent of target \"a-3\" is not connected");
  offline->mutable_error()->set_next("ferry agent list");
  offline->mutable_status()->set_state(v1::DRIFT_STATE_DRIFTED);
  offline->mutable_status()->set_objects(2);
  *offline->mutable_status()->mutable_checked_at() = rpc::ToProto(world.Now() - absl::Minutes(3));
  v1::TargetDrift* lost = drift.add_targets();
  lost->set_target_id("a-4");
  lost->mutable_report()->set_state(v1::DRIFT_STATE_DRIFTED);
  lost->mutable_report()->set_note("the agent has lost its copy of what should be there");
  world.controller.drift = drift;
  EXPECT_EQ(world.Run({"drift"}), kExitFailed) << "what could not be looked at is not fine";
  ExpectGolden("drift_all", world.Screen());
  EXPECT_EQ(world.Run({"drift", "--exit-code"}), kExitDifferent);
}

TEST(DriftScreen, AsJson) {
  World world;
  world.controller.drift = Drifted(world.Now());
  EXPECT_EQ(world.Run({"drift", "prod", "-o", "json"}), kExitOk);
  const nlohmann::json json = nlohmann::json::parse(world.out);
  EXPECT_EQ(json["schema"], "ferry/drift/v1");
  const nlohmann::json target = json["environments"][0]["targets"][0];
  EXPECT_EQ(target["state"], "drifted");
  EXPECT_EQ(target["objects"][1]["object"], "index public.prices.prices_hand_idx");
  EXPECT_EQ(target["objects"][1]["change"], "added");
  EXPECT_EQ(target["objects"][1]["causes"][0]["login"], "dba");
  EXPECT_EQ(target["objects"][0]["fields"][0]["expected"], "numeric(10,2)");
  ExpectGolden("drift_json", world.Screen());
}

TEST(DriftScreen, NamesFromElsewhereCannotMoveTheCursor) {
  World world;
  v1::GetDriftResponse drift = OneIndex(world.Now());
  v1::DriftReport& report = *drift.mutable_targets(0)->mutable_report();
  const Object evil = Index("prices", "x\x1b[2J'; rm -rf /");
  report.clear_objects();
  Add(report, nullptr, &evil, {1});
  report.mutable_statements(0)->set_application("\x1b]0;owned");
  world.controller.drift = drift;
  EXPECT_EQ(world.Run({"drift", "prod"}), kExitOk);
  EXPECT_EQ(world.out.find('\x1b'), std::string::npos);
  EXPECT_NE(world.out.find("'index public.prices.x\\x1b[2J'\\''; rm -rf /'"), std::string::npos) << world.out;
}

TEST(DriftIgnore, AsksTheControllerUntilTheEndOfTheDay) {
  World world;
  v1::IgnoreDriftResponse response;
  *response.add_ignored() =
      Decision(Drifted(world.Now()).targets(0).report().objects(5), world.Now() + absl::Hours(178));
  world.controller.ignore_drift = response;
  EXPECT_EQ(world.Run({"drift", "prod", "--ignore", "index public.prices.*", "--until", "2026-11-30",
                       "--reason", "INC-12"}),
            kExitOk);
  ExpectGolden("drift_ignore", world.Screen());
  const std::string& request = world.controller.requests.back();
  EXPECT_NE(request.find("objects: \"index public.prices.*\""), std::string::npos) << request;
  EXPECT_NE(request.find("reason: \"INC-12\""), std::string::npos) << request;
  // Midnight after the last day, in Berlin.
  const absl::Time end = absl::FromCivil(absl::CivilSecond(2026, 11, 30, 23, 0, 0), absl::UTCTimeZone());
  EXPECT_NE(request.find(absl::StrCat("seconds: ", absl::ToUnixSeconds(end))), std::string::npos) << request;
}

TEST(DriftIgnore, NeedsObjectDayAndReasonAndNothingElse) {
  World world;
  const std::vector<std::vector<std::string>> wrong = {
      {"drift", "prod", "--ignore", "--until", "2026-11-30", "--reason", "x"},
      {"drift", "--ignore", "--until", "2026-11-30", "--reason", "x"},
      {"drift", "prod", "--ignore", "index a.b", "--reason", "x"},
      {"drift", "prod", "--ignore", "index a.b", "--until", "tomorrow", "--reason", "x"},
      {"drift", "prod", "--ignore", "index a.b", "--until", "2026-02-30", "--reason", "x"},
      {"drift", "prod", "--ignore", "index a.b", "--until", "2026-11-30"},
      {"drift", "prod", "--until", "2026-11-30"},
      {"drift", "prod", "--adopt", "--revert"},
      {"drift", "--adopt"},
      {"drift", "prod", "--target", "prod-1"},
      {"drift", "prod", "--allow", "data-loss"},
      {"drift", "prod", "--frobnicate"}};
  for (const auto& words : wrong) EXPECT_EQ(world.Run(words), kExitUsage) << world.err;
  EXPECT_TRUE(world.controller.requests.empty());
}

// What --adopt and --revert refuse before they need a scratch server. With one: tests/e2e/drift_test.cc.
class DriftMigration : public ::testing::Test {
 protected:
  DriftMigration() { world_.Write("1.0.0_first.sql", ""); }

  // Runs it and returns what it said; nothing must have been written.
  std::string Refused(int exit_code, std::vector<std::string> words = {"drift", "prod", "--adopt"}) {
    words.insert(words.end(), {"--dir", world_.folder});
    EXPECT_EQ(world_.Run(words), exit_code) << world_.err;
    EXPECT_EQ(world_.out, "");
    return world_.err;
  }
  v1::DriftReport& report() { return *drift_.mutable_targets(0)->mutable_report(); }

  World world_;
  v1::GetDriftResponse drift_ = OneIndex(world_.Now());
};

TEST_F(DriftMigration, OfSeveralTargetsAsksWhich) {
  *drift_.add_targets() = drift_.targets(0);
  drift_.mutable_targets(1)->set_target_id("prod-2");
  world_.controller.drift = drift_;
  EXPECT_NE(Refused(kExitUsage).find("prod-1, prod-2"), std::string::npos);
  EXPECT_NE(Refused(kExitUsage, {"drift", "prod", "--revert", "--target", "prod-3"}).find("prod-3"),
            std::string::npos);
}

TEST_F(DriftMigration, WhereNothingHasDriftedThereIsNothingToDo) {
  *drift_.mutable_targets(0)->add_ignored() = Decision(report().objects(0), world_.Now() + absl::Hours(1));
  world_.controller.drift = drift_;
  EXPECT_NE(Refused(kExitPrecondition).find("FE0305"), std::string::npos);
  report().clear_objects();
  report().set_state(v1::DRIFT_STATE_NONE);
  world_.controller.drift = drift_;
  EXPECT_NE(Refused(kExitPrecondition).find("FE0305"), std::string::npos);
}

TEST_F(DriftMigration, WithoutTheObjectsItSaysHowToCompare) {
  report().clear_objects();
  report().set_note("the agent has lost its copy");
  world_.controller.drift = drift_;
  EXPECT_NE(Refused(kExitPrecondition).find("ferry diff plan:1.0.0 prod"), std::string::npos) << world_.err;
}

TEST_F(DriftMigration, OfATargetThatCannotBeAskedSaysWhy) {
  drift_.mutable_targets(0)->clear_report();
  drift_.mutable_targets(0)->mutable_error()->set_code("FE0402");
  drift_.mutable_targets(0)->mutable_error()->set_message("not connected");
  world_.controller.drift = drift_;
  EXPECT_NE(Refused(kExitFailed).find("FE0402"), std::string::npos);
}

TEST_F(DriftMigration, CarriesNoGrantsAndNoNameThatTheHeaderCannotHold) {
  schema::Traits granted;
  granted.grants = {"reader=r/@owner"};
  const Object before = Table("prices");
  const Object after = schema::MakeObject(before.id, schema::Table(), granted);
  report().clear_objects();
  Add(report(), &before, &after);
  world_.controller.drift = drift_;
  EXPECT_NE(Refused(kExitFailed).find("the grants of table public.prices"), std::string::npos) << world_.err;
  const Object odd = Table("a;b");
  report().clear_objects();
  Add(report(), nullptr, &odd);
  world_.controller.drift = drift_;
  EXPECT_NE(Refused(kExitFailed).find("FE0808"), std::string::npos);
}

TEST_F(DriftMigration, OfASchemaThatChangesJustNowAsksAgain) {
  const schema::Snapshot now = schema::MakeSnapshot({Table("prices")}, "15.1", world_.Now());
  std::vector<v1::GetSnapshotsResponse> pieces;
  for (const v1::SnapshotChunk& chunk : rpc::ToChunks("prod-1", now)) {
    pieces.emplace_back().set_target_id("prod-1");
    *pieces.back().mutable_chunk() = chunk;
  }
  world_.controller.drift = drift_;
  world_.controller.snapshots = pieces;
  EXPECT_NE(Refused(kExitPrecondition).find("changed while it was being read"), std::string::npos);
}

TEST(StatusScreen, ShowsDriftThatNobodyLivesWith) {
  World world;
  v1::GetStatusResponse status = SampleStatus(world.Now());
  for (const int i : {1, 2}) {
    v1::TargetInfo* target = status.mutable_environments(i)->mutable_targets(0);
    v1::DriftStatus* drift = target->mutable_status()->mutable_drift();
    drift->set_state(v1::DRIFT_STATE_DRIFTED);
    drift->set_objects(3);
    *drift->mutable_since() = rpc::ToProto(world.Now() - absl::Minutes(72));
    target->set_ignored_drift(i == 1 ? 3 : 1);
  }
  status.mutable_environments(2)->set_next("ferry drift prod");
  world.controller.status = status;
  EXPECT_EQ(world.Run({"status"}), kExitOk);
  ExpectGolden("status_drift", world.Screen());
}

}  // namespace
}  // namespace ferry::cli
