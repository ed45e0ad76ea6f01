// A migration that is written from the difference between two schemas, and proven.
#ifndef FERRY_WORKBENCH_GENERATE_H_
#define FERRY_WORKBENCH_GENERATE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/migration/plan.h"
#include "workbench/converge.h"

namespace ferry::workbench {

struct GenerateRequest {
  ConvergeRequest schemas;                   // with a scratch URL; it is always proven
  std::vector<migration::SourceFile> files;  // the folder's: the next version follows from them
  std::string name, author, date;            // author and date may be empty
  std::string description;                   // empty: "from A to B"
  std::string header;                        // more header lines and comments, each ended by a newline
  std::string no_way_back;  // why there is none; empty: the way back is written unless up loses data
  bool repeatable = false;  // up does nothing, or the same again, where the second schema is already
};

struct Generated {
  std::string file_name, text;     // VERSION_name.sql, MAJOR + 1 when old code breaks
  std::string irreversible;        // why there is no way back; empty where there is one
  std::vector<std::string> notes;  // sentences
  size_t statements = 0;
};

// The migration whose up leads from one schema to the other: in sections, so that what takes long does not
// hold the locks of what came before. Its down leads back, unless up loses data. Its verify queries ask for
// what came and went. All of it is run, as an agent would run it, in a scratch copy of `from`: up must make
// `to`, down must make `from` again, and verify must be true in between; where it is true after down too, a
// note says that it cannot tell. A repeatable one is also run in a copy of `to`, which it must leave as it
// is; kNotRepeatable, with the statement, when it cannot be written so. Errors: kNothingToDo, there is no
// difference; those of Converge, NextVersion and ParseMigration; kNotConverging also for the migration
// itself.
absl::StatusOr<Generated> Generate(const GenerateRequest& request, const scratch::Running& running = nullptr);

}  // namespace ferry::workbench

#endif  // FERRY_WORKBENCH_GENERATE_H_
