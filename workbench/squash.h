// Many old migrations as one, proven equal.
#ifndef FERRY_WORKBENCH_SQUASH_H_
#define FERRY_WORKBENCH_SQUASH_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/migration/plan.h"
#include "workbench/reading.h"

namespace ferry::workbench {

struct SquashRequest {
  std::vector<migration::SourceFile> files;  // the folder's
  migration::Version up_to;
  std::string name;          // of the new migration
  std::string scratch_url;   // see pg::ParseUrl
  std::string author, date;  // may be empty
};

struct Squashed {
  std::string file_name, text;           // UP_TO_name.sql
  std::vector<std::string> replaced;     // file names, ascending by version
  std::vector<std::string> notes;        // sentences: what of the history was not run, and why
  size_t statements = 0, with_rows = 0;  // in the new file; those of them that insert rows
  Proof proof;                           // of the old history against the new file, rows included
};

// Builds the old history in a scratch database, writes down what is there (schema, rows, grants), builds that
// in another one, and compares. Touches no file; use the result only when `proof` is equal and a plan can be
// built with the new file in the place of the old ones (it was tried). Errors:
// - those of BuildPlan for the folder as it is and as it would be
// - kVersionUnknown: there is no such version
// - kNothingToDo: there is but one migration up to it
// - kSquashShape: the history holds a squash already, or its migrations create under different roles
// - kScratch, those of ParseUrl and ReadDatabase
absl::StatusOr<Squashed> Squash(const SquashRequest& request);

}  // namespace ferry::workbench

#endif  // FERRY_WORKBENCH_SQUASH_H_
