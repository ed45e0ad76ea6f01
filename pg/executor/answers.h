// What a transform's program answered, matched to the rows that it was given. Inside the executor; pure.
#ifndef FERRY_PG_EXECUTOR_ANSWERS_H_
#define FERRY_PG_EXECUTOR_ANSWERS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/migration/migration.h"

namespace ferry::executor {

// A row as it was read: one line of JSON, and its key as the server writes the values.
struct ReadRow {
  std::string json;
  std::vector<std::string> key;
};

// `lines` in the order of `rows`, whatever order they came in: for each row the line of JSON that answers it,
// with the segment's key and all of its `set` columns, and nothing else. Numbers of a key match by value
// (1.50 and 1.5 are one), all else as it is. Errors:
//   kTransformRejected: a line says {KEY…, "error": "why"}; names program and row
//   kTransformProgram: a line that is no JSON object, or lacks the key or a column of `set`, or has another
//   one; a
//     row that is unknown, answered twice or not at all
//   kTransformShape: two rows have one key
absl::StatusOr<std::vector<std::string>> MatchAnswers(const migration::Segment& segment,
                                                      const std::vector<ReadRow>& rows,
                                                      const std::vector<std::string>& lines);

}  // namespace ferry::executor

#endif  // FERRY_PG_EXECUTOR_ANSWERS_H_
