// The seam between a transform and the programs that answer its rows: the executor knows no files and no
// processes. The agent's side is agent/program; called on the thread that runs the step.
#ifndef FERRY_PG_EXECUTOR_ROW_PROGRAM_H_
#define FERRY_PG_EXECUTOR_ROW_PROGRAM_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/migration/migration.h"

namespace ferry::executor {

class RowProgram {
 public:
  virtual ~RowProgram() = default;
  // One batch. `rows`: each a JSON object on one line, without its end. Returns the lines that the program
  // wrote, in its order, as they are: who calls judges them. Called outside any transaction; takes at most
  // `at_most`, and ends early when `stop`, asked often, says true. Errors: kTransformProgram (it could not be
  // run, failed, took too long, wrote too much), with what it said last.
  virtual absl::StatusOr<std::vector<std::string>> Answer(const std::vector<std::string>& rows,
                                                          absl::Duration at_most,
                                                          const std::function<bool()>& stop) = 0;
};

class RowPrograms {
 public:
  virtual ~RowPrograms() = default;
  // What `name` stands for, checked: every batch that it answers runs the very bytes that were checked.
  // kTransformProgram: there is no such program here, or it is not the one that was pinned.
  virtual absl::StatusOr<std::unique_ptr<RowProgram>> Open(const std::string& name) = 0;
};

// Opens every program that `migration` names, and forgets it again: what can be known before a promotion
// starts. kTransformProgram with file, line and column.
absl::Status CheckPrograms(RowPrograms& programs, const migration::Migration& migration);

}  // namespace ferry::executor

#endif  // FERRY_PG_EXECUTOR_ROW_PROGRAM_H_
