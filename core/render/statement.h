// One statement of a script that takes a schema to another, and what an operator must know of it. Values.
#ifndef FERRY_CORE_RENDER_STATEMENT_H_
#define FERRY_CORE_RENDER_STATEMENT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "core/schema/object_id.h"
#include "core/sql/lock_mode.h"

namespace ferry::render {

using Lock = sql::LockMode;
using sql::LockName;

enum class Hazard {
  kDataLoss,       // rows, or the values of a column, are gone afterwards
  kTableRewrite,   // every row is written again under the lock
  kFullScan,       // every row is read
  kIndexBuild,     // long and hungry for I/O, without blocking
  kMayFail,        // rows that do not fit make it fail; nothing is changed then
  kBreaksOldCode,  // what the application uses is gone or called otherwise
  kAccessChange,   // who may do what
  kGap,            // between this statement and a later one something is missing: an index, a view, a policy
};
// "data loss", "table rewrite", ….
absl::string_view HazardName(Hazard hazard);

enum class Mode {
  kAny,      // inside or outside a transaction
  kOutside,  // never inside a transaction block: CREATE INDEX CONCURRENTLY, …
  kCommit,   // what follows needs it committed: ALTER TYPE … ADD VALUE
};

struct Statement {
  std::string sql;  // without the semicolon; one statement, every name qualified
  schema::ObjectId object;
  Mode mode = Mode::kAny;
  Lock lock = Lock::kNone;  // the strongest on a table that was there before
  std::vector<Hazard> hazards;
  absl::Duration lock_timeout = absl::Seconds(3);
  absl::Duration statement_timeout = absl::Seconds(30);  // long where all rows are read or written

  bool Has(Hazard hazard) const;
};

}  // namespace ferry::render

#endif  // FERRY_CORE_RENDER_STATEMENT_H_
