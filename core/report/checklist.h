// The ten points that a careful person goes through before and after a migration of production, judged from
// what is on record. Pure; any thread.
#ifndef FERRY_CORE_REPORT_CHECKLIST_H_
#define FERRY_CORE_REPORT_CHECKLIST_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "core/report/changelog.h"
#include "core/report/deed.h"

namespace ferry::report {

// A migration that the checklist is about.
struct ChecklistMigration {
  MigrationNote note;
  int verify_queries = 0;
};

// A promotion that failed.
struct ChecklistFailure {
  std::string environment, promotion_id;
  absl::Time at;
};

// The agent's own verdict on one target, now.
struct ChecklistWindow {
  std::string target, reason;
  bool open = false;
  std::optional<absl::Time> changes;  // when it closes, or opens; nothing: never
};

struct ChecklistBackup {
  std::string id;
  absl::Time at;
};

struct ChecklistInput {
  std::string environment;
  std::string first;   // of the pipeline; may be `environment` itself
  std::string before;  // the environment before it; "" when it is the first
  std::string version;
  bool pending = true;  // false: all of it has been applied, and the points are about that promotion
  std::vector<ChecklistMigration> migrations;  // ascending
  std::string registered_by;                   // the plan
  std::vector<Deed> deeds;                     // of all environments, oldest first
  std::vector<ChecklistFailure> failures;      // likewise
  std::vector<ChecklistWindow> windows;
  std::string window_error;                // why they could not be asked
  std::optional<ChecklistBackup> backup;   // of the promotion that the list is about
  std::optional<ChecklistBackup> earlier;  // the environment's newest one otherwise
  absl::Time now;
  absl::TimeZone zone;  // in which times are shown
};

struct ChecklistPoint {
  enum class State { kOk, kOpen, kNotKnown };
  int number = 0;  // 1 to 10
  std::string title;
  State state = State::kNotKnown;
  std::vector<std::string> evidence;
  std::string command;  // that changes it, or shows more
};

// Ten points, in order.
std::vector<ChecklistPoint> MakeChecklist(const ChecklistInput& input);

bool AnythingOpen(const std::vector<ChecklistPoint>& points);

}  // namespace ferry::report

#endif  // FERRY_CORE_REPORT_CHECKLIST_H_
