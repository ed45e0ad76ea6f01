// The SQL that takes one schema to another: ordered by dependencies, online where PostgreSQL can do it so,
// and without loss of data unless that is allowed by name. Pure; any thread. It never says whether it is wise
// to run the statements.
#ifndef FERRY_CORE_RENDER_RENDER_H_
#define FERRY_CORE_RENDER_RENDER_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/diff/diff.h"
#include "core/render/statement.h"
#include "core/schema/snapshot.h"

namespace ferry::render {

struct Options {
  diff::CompareOptions compare;  // owners, grants and comments are set only where they are compared
  // Without it, plain CREATE INDEX, constraints and NOT NULL: for a database that nobody uses, such as a
  // scratch copy, and for a script that is to run in one transaction.
  bool online = true;
  // Statements that do nothing where they have been done, as far as PostgreSQL has such forms. A constraint,
  // policy or trigger is dropped before it is made, at once.
  bool repeatable = false;
  bool allow_data_loss = false;
  std::set<std::string> allow_loss_of;  // qualified and quoted: "public.prices", "public.prices.close"
};

struct Script {
  std::vector<Statement> statements;  // in order; empty when nothing differs
  // What is there but cannot be written as SQL, one sentence each: the secrets of a user mapping or
  // subscription, objects that need each other.
  std::vector<std::string> remarks;
};

// kDataLoss, naming every object, when a statement would lose data that `options` does not allow. The
// snapshots must outlive the call only.
absl::StatusOr<Script> Render(const schema::Snapshot& from, const schema::Snapshot& to,
                              const Options& options = {});

// The script as text for psql: SET check_function_bodies first (functions may name what comes later), each
// statement with a comment of its lock and hazards before it. Empty when there are no statements.
std::string ScriptText(const Script& script);

}  // namespace ferry::render

#endif  // FERRY_CORE_RENDER_RENDER_H_
