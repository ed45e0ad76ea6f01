#include "tests/fault/campaign.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/clock.h"
#include "core/base/wait.h"
#include "tests/support/wait.h"

namespace ferry::test {
namespace {

constexpr absl::Duration kStuck = absl::Minutes(3);
constexpr int kMostHurts = 14;

World::Options Options(PgCluster* cluster, const Proxy& to_database, const Proxy& to_controller,
                       const std::string& listen) {
  World::Options options;
  options.environments = {"dev"};
  options.cluster = cluster;
  options.listen = listen;
  options.agents_dial = to_controller.address();
  options.database_port = to_database.port();
  return options;
}

std::set<int64_t> Sequences(const std::string& path, const std::string& sql) {
  SQLite::Database database(path, SQLite::OPEN_READONLY);
  database.setBusyTimeout(5000);
  SQLite::Statement rows(database, sql);
  std::set<int64_t> out;
  while (rows.executeStep()) out.insert(rows.getColumn(0).getInt64());
  return out;
}

}  // namespace

Campaign::Campaign(uint64_t seed, PgCluster* cluster, Figures* figures)
    : random_(seed),
      figures_(figures),
      to_database_(absl::StrCat("unix:", cluster->socket_dir(), "/.s.PGSQL.", cluster->port())),
      to_controller_(absl::StrCat("unix:", folder_.File("controller.sock"))),
      world_(Options(cluster, to_database_, to_controller_,
                     absl::StrCat("unix:", folder_.File("controller.sock")))),
      nemesis_({&world_, cluster, &to_database_, &to_controller_}, &random_, figures) {
  const Change foundation = Foundation("1.0.0");
  written_ = {foundation};
  world_.Write(foundation.version, foundation.up, foundation.down, foundation.verify);
  world_.StartAll();
  world_.PromoteEverywhere();
  Take({false, {foundation}, ""});
}

Campaign::Goal Campaign::Choose() {
  Goal goal;
  if (applied_.size() > 1 && Below(random_, 4) == 0) {
    goal.rollback = true;
    goal.changes = {applied_.back()};
    return goal;
  }
  for (int more = 1 + Below(random_, 2); more > 0; --more) {
    const int number = static_cast<int>(written_.size());
    written_.push_back(Draw(random_, absl::StrCat("1.", number, ".0"), number));
    const Change& change = written_.back();
    world_.Write(change.version, change.up, change.down, change.verify);
  }
  if (Below(random_, 3) == 0) {
    goal.text = absl::StrCat("text ", ++texts_);
    world_.WriteRepeatable("notes", absl::StrCat("INSERT INTO public.effect VALUES ('", goal.text, "');"));
  }
  for (const Change& change : written_) {
    const bool there = std::any_of(applied_.begin(), applied_.end(),
                                   [&](const Change& a) { return a.version == change.version; });
    if (!there) goal.changes.push_back(change);
  }
  world_.Ferry({"plan", "register"});
  return goal;
}

std::string Campaign::Ask() {
  const Said said = world_.Ferry({"status", "dev", "-o", "json"}, absl::Seconds(10));
  const nlohmann::json status = nlohmann::json::parse(said.out, nullptr, false);
  if (said.exit_code != 0 || status.is_discarded()) return "";
  const nlohmann::json& dev = status["environments"][0];
  last_failure_.clear();
  if (!dev.contains("active")) {
    for (const auto& run :
         dev.value("last", nlohmann::json::object()).value("runs", nlohmann::json::array())) {
      if (run.contains("error")) last_failure_ = run["error"].value("code", "");
    }
    return "none";
  }
  std::string state = "running";
  for (const auto& run : dev["active"].value("runs", nlohmann::json::array())) {
    const std::string is = run.value("state", "");
    if (is == "RUN_STATE_HELD" || is == "held") state = "held";
    if (is == "RUN_STATE_WAITING" || is == "waiting") state = "waiting";
    if (state == "held" && run.contains("error")) last_failure_ = run["error"].value("code", "");
  }
  return state;
}

bool Campaign::Reached(const Goal& goal) {
  pg::Session* const session = nemesis_.Database();
  if (session == nullptr) return false;
  Expected there = expected_;
  for (const Change& change : goal.changes) {
    goal.rollback ? there.RolledBack(change) : there.Applied(change);
  }
  const absl::StatusOr<pg::Rows> rows = session->Query(
      "SELECT coalesce(string_agg(version, ',' ORDER BY event_id), ''), (SELECT count(*) FROM public.effect"
      " WHERE what = $1) FROM ferry.schema_version WHERE version ~ '^[0-9]'",
      {goal.text});
  if (!rows.ok() || rows->at(0, 0) != absl::StrJoin(there.versions(), ",")) return false;
  return goal.text.empty() || rows->at(0, 1) != "0";
}

void Campaign::Help(const Goal& goal, const std::string& state) {
  if (state == "held") {
    figures_->Count(absl::StrCat("held ", last_failure_));
    nemesis_.Say({"resume", "dev", "-y", "--detach"});
  } else if (state == "none") {
    if (!last_failure_.empty()) figures_->Count(absl::StrCat("failed ", last_failure_));
    if (goal.rollback) {
      const std::string to = applied_[applied_.size() - 2].version;
      nemesis_.Say({"rollback", "dev", "--to", to, "-y", "--detach"});
    } else {
      world_.Ferry({"plan", "register"});
      nemesis_.Say({"promote", "--to", "dev", "-y", "--detach"});
    }
  }
}

Violations Campaign::Drive(const Goal& goal) {
  const absl::Duration began = SystemClock().Elapsed();
  nemesis_.Begin();
  Help(goal, "none");
  for (int hurts = 2 + Below(random_, kMostHurts);;) {
    nemesis_.StartWhatHasDied(hurts > 0);
    if (hurts > 0) nemesis_.Hurt();
    if (hurts > 0 && --hurts == 0) nemesis_.MakePeace();
    nemesis_.StartWhatHasDied(hurts > 0);
    nemesis_.NoteResumed();
    if (hurts > 0 && Below(random_, 2) == 0) continue;
    const std::string state = Ask();
    if (state == "none" && Reached(goal)) break;
    Help(goal, state);
    if (SystemClock().Elapsed() - began > kStuck) {
      figures_->Count("stuck");
      return {absl::StrCat("it is stuck: ", state, " ", last_failure_, "\n",
                           world_.Ferry({"history", "--events", "dev"}).all())};
    }
    if (hurts == 0) WaitFor(absl::Milliseconds(30));
  }
  nemesis_.MakePeace();
  return {};
}

void Campaign::Take(const Goal& goal) {
  for (const Change& change : goal.changes) {
    if (goal.rollback) {
      expected_.RolledBack(change);
      applied_.pop_back();
    } else {
      expected_.Applied(change);
      applied_.push_back(change);
    }
  }
  if (!goal.text.empty()) expected_.Also(goal.text);
  figures_->Count(goal.rollback ? "rollbacks" : "promotions");
}

Violations Campaign::Round() {
  const Goal goal = Choose();
  Violations violations = Drive(goal);
  if (!violations.empty()) return violations;
  Take(goal);
  pg::Session* const session = nemesis_.Database();
  if (session == nullptr) return {"the server does not answer"};
  return CheckTaken(*session, expected_, epoch_);
}

// What the agent was told is kept must be kept.
Violations Campaign::CheckReports() const {
  const std::set<int64_t> acknowledged = Sequences(world_.dir().File("state-dev/journal.db"),
                                                   "SELECT sequence FROM report WHERE acknowledged = 1");
  const std::set<int64_t> kept = Sequences(world_.dir().File("controller.db"),
                                           "SELECT sequence FROM report WHERE agent_id = 'agent-dev'");
  Violations lost;
  for (const int64_t sequence : acknowledged) {
    if (!kept.contains(sequence))
      lost.push_back(absl::StrCat("the acknowledged report ", sequence, " is lost"));
  }
  return lost;
}

Violations Campaign::CheckDrift() {
  Said said;
  const bool none = WaitUntil(
      [&] {
        said = world_.Ferry({"drift", "dev", "--exit-code"});
        return said.exit_code == 0;
      },
      absl::Seconds(30));
  return none ? Violations() : Violations{"ferry drift: " + said.all()};
}

Violations Campaign::Quiet() {
  nemesis_.MakePeace();
  nemesis_.StartWhatHasDied(false);
  world_.WaitForAgents();
  pg::Session* const session = nemesis_.Database();
  if (session == nullptr) return {"the server does not answer"};
  Violations all = CheckTaken(*session, expected_, epoch_);
  const auto add = [&all](const Violations& more) { all.insert(all.end(), more.begin(), more.end()); };
  add(CheckDrift());
  add(CheckLeftovers(*session));
  add(CheckPartFiles(world_.dir().path()));
  add(CheckReports());
  const Said audit = world_.Ferry({"audit", "verify"});
  if (audit.exit_code != 0) all.push_back("ferry audit verify: " + audit.all());
  return all;
}

}  // namespace ferry::test
