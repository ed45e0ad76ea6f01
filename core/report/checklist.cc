#include "core/report/checklist.h"

#include <algorithm>
#include <functional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace ferry::report {
namespace {

using promotion::StepKind;
using State = ChecklistPoint::State;

class Judge {
 public:
  explicit Judge(const ChecklistInput& input) : in_(input) {}

  ChecklistPoint Models() const {
    return {1,
            "models updated",
            State::kNotKnown,
            {"the application's models are no source of this version"},
            absl::StrCat("ferry show ", in_.version, " --sql")};
  }

  // A migration without `down` cannot be registered.
  ChecklistPoint Written() const {
    return ForEach(2, "up, down, verify", absl::StrCat("ferry show ", in_.version), State::kOpen,
                   [](const ChecklistMigration& m, std::string& evidence) {
                     evidence = absl::StrCat(m.note.irreversible ? "irreversible" : "down", ", ",
                                             m.verify_queries == 0 ? "no verify query" : "verify");
                     return m.verify_queries > 0;
                   });
  }

  ChecklistPoint Tested() const {
    return ForEach(3, absl::StrCat("tested on ", in_.first), Promote(in_.first), State::kOpen,
                   [this](const ChecklistMigration& m, std::string& evidence) {
                     const Deed* deed = Last(StepKind::kApply, m.note.version, in_.first);
                     evidence = deed == nullptr ? "not yet" : Said(*deed);
                     return deed != nullptr;
                   });
  }

  ChecklistPoint RollbackTested() const {
    return ForEach(4, absl::StrCat("rollback tested on ", in_.first),
                   absl::StrCat("ferry rollback ", in_.first, ", then ", Promote(in_.first)), State::kOpen,
                   [this](const ChecklistMigration& m, std::string& evidence) {
                     const Deed* deed = Last(StepKind::kRollback, m.note.version, in_.first);
                     if (deed != nullptr) evidence = Said(*deed);
                     if (deed == nullptr && m.note.irreversible) evidence = "says irreversible";
                     if (evidence.empty()) evidence = "not yet";
                     return deed != nullptr || m.note.irreversible;
                   });
  }

  ChecklistPoint Reviewed() const {
    ChecklistPoint point = ForEach(5, "reviewed", absl::StrCat("ferry show ", in_.version, " --sql"),
                                   State::kNotKnown, [](const ChecklistMigration& m, std::string& evidence) {
                                     evidence = m.note.reviewed_by.empty()
                                                    ? "its header names nobody"
                                                    : absl::StrCat("by ", m.note.reviewed_by);
                                     return !m.note.reviewed_by.empty();
                                   });
    point.evidence.push_back(absl::StrCat("registered by ", in_.registered_by, " (said, not signed)"));
    return point;
  }

  ChecklistPoint BackedUp() const {
    ChecklistPoint point{6, "backup", State::kOk, {}, absl::StrCat("ferry backup list ", in_.environment)};
    if (in_.backup.has_value()) {
      point.evidence = {absl::StrCat(in_.backup->id, ", ", At(in_.backup->at))};
      return point;
    }
    const std::string last =
        in_.earlier.has_value() ? absl::StrCat("the last one is ", in_.earlier->id, ", ", At(in_.earlier->at))
                                : "there is none yet";
    point.evidence = {in_.pending ? "promote takes one first" : "none of that promotion", last};
    if (!in_.pending) point.state = State::kOpen;
    return point;
  }

  ChecklistPoint Window() const {
    ChecklistPoint point{7, "window", State::kOk, {}, absl::StrCat("ferry window test ", in_.environment)};
    if (!in_.pending) {
      point.evidence = {"the agents change nothing while theirs is closed"};
      return point;
    }
    if (!in_.window_error.empty() || in_.windows.empty()) {
      point.state = State::kNotKnown;
      point.evidence = {in_.window_error.empty() ? "it has no target" : in_.window_error};
      return point;
    }
    for (const ChecklistWindow& w : in_.windows) {
      if (!w.open) point.state = State::kOpen;
      const std::string when =
          w.changes.has_value() ? absl::StrCat(w.open ? ", until " : ", opens ", At(*w.changes)) : "";
      point.evidence.push_back(
          absl::StrCat(w.target, w.open ? " open" : " closed", when, " (", w.reason, ")"));
    }
    return point;
  }

  ChecklistPoint Verified() const {
    const std::string& where = in_.pending && !in_.before.empty() ? in_.before : in_.environment;
    ChecklistPoint point = ForEach(
        8, "verified", Promote(where), State::kOpen, [&](const ChecklistMigration& m, std::string& evidence) {
          const Deed* deed = Last(StepKind::kVerify, m.note.version, where);
          evidence = deed == nullptr ? absl::StrCat("not yet on ", where)
                                     : absl::StrCat("on ", where, " ", Said(*deed));
          return deed != nullptr;
        });
    if (in_.pending) point.evidence.push_back(absl::StrCat("on ", in_.environment, " it follows the change"));
    return point;
  }

  ChecklistPoint Monitored() const {
    const std::string& where = in_.pending ? in_.before : in_.environment;
    ChecklistPoint point{9, "monitored", State::kOk, {}, absl::StrCat("ferry history ", where)};
    if (where.empty()) {
      point.state = State::kNotKnown;
      point.evidence = {absl::StrCat("nothing comes before ", in_.environment)};
      point.command = "ferry history";
      return point;
    }
    const Deed* since = Last(StepKind::kApply, in_.version, where);
    if (since == nullptr) {
      point.state = State::kOpen;
      point.evidence = {absl::StrCat(where, " did not get ", in_.version, " by a promotion on record")};
      point.command = Promote(where);
      return point;
    }
    for (const ChecklistFailure& failure : in_.failures) {
      if (failure.environment != where || failure.at < since->at) continue;
      point.state = State::kOpen;
      point.evidence = {absl::StrCat(failure.promotion_id, " failed on ", where, " since ", At(since->at))};
      point.command = absl::StrCat("ferry history --events ", failure.promotion_id);
    }
    if (point.state == State::kOpen) return point;
    point.evidence = {absl::StrCat(where, " has had ", in_.version, " for ", Long(in_.now - since->at)),
                      "no promotion failed there since", "the application itself is yours to watch"};
    return point;
  }

  ChecklistPoint Documented() const {
    return ForEach(10, "documented", "ferry changelog --all", State::kNotKnown,
                   [](const ChecklistMigration& m, std::string& evidence) {
                     std::vector<std::string> missing;
                     if (m.note.author.empty()) missing.push_back("author");
                     if (m.note.date.empty()) missing.push_back("date");
                     evidence = missing.empty() ? "description, author, date"
                                                : absl::StrCat("without ", absl::StrJoin(missing, ", "));
                     return missing.empty();
                   });
  }

 private:
  // Judges each migration; `bad` when one does not hold.
  ChecklistPoint ForEach(int number, const std::string& title, const std::string& command, State bad,
                         const std::function<bool(const ChecklistMigration&, std::string&)>& holds) const {
    ChecklistPoint point{number, title, State::kOk, {}, command};
    for (const ChecklistMigration& m : in_.migrations) {
      std::string evidence;
      if (!holds(m, evidence)) point.state = bad;
      point.evidence.push_back(absl::StrCat(m.note.version, ": ", evidence));
    }
    return point;
  }

  // The newest such step; nullptr when there is none.
  const Deed* Last(StepKind step, const std::string& version, const std::string& environment) const {
    const Deed* found = nullptr;
    for (const Deed& deed : in_.deeds) {
      if (deed.step == step && deed.version == version && deed.environment == environment) found = &deed;
    }
    return found;
  }

  std::string Promote(const std::string& environment) const {
    return absl::StrCat("ferry promote ", in_.version, " --to ", environment);
  }
  std::string At(absl::Time time) const { return absl::FormatTime("%Y-%m-%d %H:%M", time, in_.zone); }
  std::string Said(const Deed& deed) const { return absl::StrCat(At(deed.at), " by ", deed.promotion_id); }
  static std::string Long(absl::Duration time) {
    const int64_t minutes = std::max<int64_t>(0, absl::ToInt64Minutes(time));
    if (minutes < 60) return absl::StrCat(minutes, "m");
    if (minutes < 24 * 60) return absl::StrCat(minutes / 60, "h", minutes % 60, "m");
    return absl::StrCat(minutes / (24 * 60), "d", minutes / 60 % 24, "h");
  }

  const ChecklistInput& in_;
};

}  // namespace

std::vector<ChecklistPoint> MakeChecklist(const ChecklistInput& input) {
  const Judge judge(input);
  return {judge.Models(),   judge.Written(), judge.Tested(),   judge.RollbackTested(), judge.Reviewed(),
          judge.BackedUp(), judge.Window(),  judge.Verified(), judge.Monitored(),      judge.Documented()};
}

bool AnythingOpen(const std::vector<ChecklistPoint>& points) {
  return std::any_of(points.begin(), points.end(),
                     [](const ChecklistPoint& point) { return point.state == State::kOpen; });
}

}  // namespace ferry::report
