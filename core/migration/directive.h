// One `-- ferry:…` line. Pure; any thread.
#ifndef FERRY_CORE_MIGRATION_DIRECTIVE_H_
#define FERRY_CORE_MIGRATION_DIRECTIVE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/base/error_codes.h"
#include "core/sql/statement.h"

namespace ferry::migration {

struct Directive {
  enum class Kind { kUp, kBackfill, kTransform, kDown, kVerify };
  Kind kind = Kind::kUp;
  sql::TableName table;               // backfill; transform: empty = the one that its query reads
  int batch = 0;                      // backfill: 1..1 000 000; transform: 1..100 000
  std::string program;                // transform: letters, digits, '.', '_', '-'
  std::vector<std::string> key, set;  // transform: columns, at least one each, none twice
  bool irreversible = false;
  std::string reason;  // irreversible
};

inline constexpr int kMaxBatch = 1000000;
inline constexpr int kMaxTransformBatch = 100000;  // its rows are in the agent's memory

// What is wrong with a directive, and at which byte of its line.
struct DirectiveError {
  ErrorCode code = ErrorCode::kUnknownDirective;
  std::string message;
  size_t at = 0;
};

// Whether the comment `line` (from its `--`) is a directive, well or badly written.
bool LooksLikeDirective(absl::string_view line);

// Reads `-- ferry:…`. Returns whether it is good; otherwise `error` says why not.
bool ParseDirective(absl::string_view line, Directive& directive, DirectiveError& error);

}  // namespace ferry::migration

#endif  // FERRY_CORE_MIGRATION_DIRECTIVE_H_
