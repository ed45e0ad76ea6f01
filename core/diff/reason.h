// Why a difference is there: a migration that not all have yet, drift, or servers of different versions.
// Pure; any thread. What is intentional is judged by allowed.h.
#ifndef FERRY_CORE_DIFF_REASON_H_
#define FERRY_CORE_DIFF_REASON_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/diff/diff.h"

namespace ferry::diff {

// What a migration changes, by the names that stand in it.
struct TouchedObject {
  std::vector<std::string> schemas;  // it is in one of these; empty: it is in none
  std::string name;                  // of functions without arguments
  std::string part;                  // what belongs to the table or view `name`
  bool whole = false;                // with everything that belongs to it
};

struct KnownMigration {
  std::string version;  // as people call it
  std::string key;      // as in SourceFacts::applied
  std::vector<TouchedObject> touched;
};

// What is known of a source beside its schema.
struct SourceFacts {
  std::string server_version;                       // "15.20"; empty: not known
  std::optional<std::set<std::string>> applied;     // KnownMigration::key; nothing: not known
  std::map<schema::ObjectId, std::string> drifted;  // a phrase that says who and when, or nothing
};

struct Reason {
  enum class Kind { kPending, kDrift, kServerVersions };
  Kind kind = Kind::kPending;
  std::vector<std::string> versions;  // kPending: the migrations, in the order given
  std::vector<std::string> sources;   // kPending: those without them; kDrift: the one that has drifted
  std::string text;                   // "pending in prod: 1.1.0"
};
absl::string_view Name(Reason::Kind kind);  // "pending", "drift", "server versions"

// By object; those for which nothing is known are left out.
using Reasons = std::map<schema::ObjectId, std::vector<Reason>>;

// `facts`: one a source of `result`. A migration explains a difference when it touches the object, and a
// source that has it applied and one that does not have different objects. That servers print a text
// differently is only said where nothing else explains the difference, only such texts differ, and servers of
// one major version agree.
Reasons Explain(const DiffResult& result, const std::vector<SourceFacts>& facts,
                const std::vector<KnownMigration>& migrations);

}  // namespace ferry::diff

#endif  // FERRY_CORE_DIFF_REASON_H_
