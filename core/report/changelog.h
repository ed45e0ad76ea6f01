// The changelog of a schema: what each migration is for and when it reached which environment, from the
// headers of registered plans and from history. The same input always gives the same bytes. Pure; any thread.
#ifndef FERRY_CORE_REPORT_CHANGELOG_H_
#define FERRY_CORE_REPORT_CHANGELOG_H_

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "core/report/deed.h"

namespace ferry::report {

// What a migration says of itself.
struct MigrationNote {
  std::string version, name, description, author, date, reviewed_by;
  bool breaking = false;
  bool irreversible = false;
};

// What a target's ledger has of a version.
struct LedgerNote {
  absl::Time at;
  std::string promotion_id;
  bool baseline = false;
};

struct ChangelogEnvironment {
  std::string name;
  // By target, then by version: what is applied now.
  std::map<std::string, std::map<std::string, LedgerNote>> applied;
};

struct ChangelogInput {
  std::string project;
  std::vector<ChangelogEnvironment> environments;  // in pipeline order
  std::vector<MigrationNote> migrations;           // each version once, in any order
  std::vector<Deed> deeds;                         // oldest first
  std::string since;                               // only versions above it; "" = all
  bool unreleased = false;                         // also what no environment has ever had
};

// One thing that happened to a version in an environment.
struct Passage {
  enum class Kind { kReached, kBaseline, kBreakGlass, kRolledBack, kLost };
  Kind kind = Kind::kReached;
  absl::Time at;             // of the last target, where there are several; kLost: none
  std::string promotion_id;  // likewise
  std::string by, reason;
};

struct ChangelogEntry {
  MigrationNote migration;
  struct Stage {
    std::string environment;
    std::vector<Passage> passages;  // oldest first; empty: never there
    bool partly = false;            // applied on some of its targets only
  };
  std::vector<Stage> stages;  // in pipeline order
};

// Newest version first. A version reached an environment when the last of its targets had it. What the
// ledgers have and history does not is taken from the ledgers; what history has and the ledgers do not any
// more (a restore) ends with kLost.
std::vector<ChangelogEntry> MakeChangelog(const ChangelogInput& input);

// Times in UTC.
std::string ChangelogMarkdown(absl::string_view project, const std::vector<ChangelogEntry>& entries);
// `{"schema":"ferry/changelog/v1",…}`.
std::string ChangelogJson(absl::string_view project, const std::vector<ChangelogEntry>& entries);

}  // namespace ferry::report

#endif  // FERRY_CORE_REPORT_CHANGELOG_H_
