// Plain SQL, tried in a scratch database.
#ifndef FERRY_PG_SCRATCH_SCRIPT_H_
#define FERRY_PG_SCRATCH_SCRIPT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pg/scratch/build.h"
#include "pg/scratch/database.h"

namespace ferry::scratch {

// Runs the statements of `text` in order on one session, with the search_path "public", as psql does with a
// file: each by itself, unless the text begins and ends transactions. Returns notes, sentences: a setting
// that this server does not know (a dump of a newer one sets some) is passed over. Stops at the first error,
// which has the place in `file`:
// - kSqlSyntax: PostgreSQL 15's grammar or a scratch database does not take it: psql commands, COPY data
// - kScratch: the server refuses it; it reaches beyond its database (statement.h); or the text ends inside a
//   transaction
// - kCancelled, and those of Session::Open
absl::StatusOr<std::vector<std::string>> RunScript(const Database& database, absl::string_view text,
                                                   absl::string_view file, const Running& running = nullptr);

}  // namespace ferry::scratch

#endif  // FERRY_PG_SCRATCH_SCRIPT_H_
