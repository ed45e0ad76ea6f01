// The renames of tables and columns that a plan's own statements declare. Pure; any thread.
#ifndef FERRY_CORE_RENDER_PLAN_RENAMES_H_
#define FERRY_CORE_RENDER_PLAN_RENAMES_H_

#include <string>
#include <vector>

#include "core/render/renames.h"
#include "core/schema/snapshot.h"

namespace ferry::render {

// One ALTER TABLE … RENAME.
struct RenameStep {
  std::string schema;
  std::string table;   // as it was called right before
  std::string column;  // the same; empty: the table itself is renamed
  std::string to;
};

// `declared`, and behind them what `steps`, all of a plan in their order, come to for a schema that may have
// some of them behind it: each table and column that `from` has under a name of its past, and `to` under the
// last one. Whatever does not fit both together with the others (CheckRenames) is left out: the plan may have
// dropped it since, `from` may never have had it, or it is declared otherwise.
std::vector<Rename> RenamesBetween(std::vector<Rename> declared, const std::vector<RenameStep>& steps,
                                   const schema::Snapshot& from, const schema::Snapshot& to);

}  // namespace ferry::render

#endif  // FERRY_CORE_RENDER_PLAN_RENAMES_H_
