// `ferry.sum`, the text beside the migrations that names an edited, lost, new or reordered file before
// anything runs:
//   1.0.0_init.sql h1:<64 hex digits>
//   1.1.0_add_adjusted_close.sql h1:<64 hex digits>
//   total 2 h1:<64 hex digits>
// A line's hash is sha256, framed, over the hash before it, the file name and the canonical bytes; the
// total's over the last hash and the count. Two branches that both add a migration meet as a conflict in the
// total. Pure; any thread.
#ifndef FERRY_CORE_MIGRATION_SUM_H_
#define FERRY_CORE_MIGRATION_SUM_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "core/migration/plan.h"

namespace ferry::migration {

inline constexpr char kSumFileName[] = "ferry.sum";

// The text for `files`, ascending by version, then repeatable files by name, then values.yaml, whatever their
// order here. Other files are left out.
std::string RenderSum(const std::vector<SourceFile>& files);

// kSumMismatch for the first of SumProblems.
absl::Status CheckSum(const std::vector<SourceFile>& files, absl::string_view sum_text);

// Every disagreement, each a kSumMismatch at the file or the line of ferry.sum concerned, with the next
// command.
std::vector<absl::Status> SumProblems(const std::vector<SourceFile>& files, absl::string_view sum_text);

}  // namespace ferry::migration

#endif  // FERRY_CORE_MIGRATION_SUM_H_
